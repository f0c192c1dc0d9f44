import { test } from 'tap';
import { validated } from '../../../src/parsed.js';
import { parsePathPattern } from '../../../src/routing/path-pattern.js';
import { findConflicts, sharedMethods } from '../../../src/routing/route-table.js';

interface Given {
  readonly host?: string;
  readonly methods?: readonly string[];
  readonly listeners?: readonly string[];
  readonly anySlash?: boolean;
  readonly anyCase?: boolean;
}

const route = (name: string, path: string, given: Given = {}) => {
  const { host, methods, listeners, anySlash, anyCase } = given;
  const pattern = validated(parsePathPattern(path));
  return {
    name,
    host: host ?? null,
    path: { ...pattern, anySlash: anySlash ?? null, anyCase: anyCase ?? null },
    methods: methods ?? null,
    listeners: listeners ?? ['edge'],
  };
};

test('routes conflict when host, shape, listener and a method are the same', async (t) => {
  const cases: readonly [
    a: [string, Given?],
    b: [string, Given?],
    methods: readonly string[] | null,
  ][] = [
    [['/a'], ['/a'], null],
    [['/a/{id}'], ['/a/{name}'], null],
    [['/a/*'], ['/a/*', { methods: ['GET'] }], ['GET']],
    [['/a', { methods: ['GET', 'PUT'] }], ['/a', { methods: ['PUT', 'POST'] }], ['PUT']],
    [['/a', { host: 'x' }], ['/a', { host: 'x' }], null],
    [['/a', { listeners: ['edge', 'b'] }], ['/a', { listeners: ['c', 'b'] }], null],
  ];
  for (const [a, b, methods] of cases) {
    const routes = [route('first', ...a), route('second', ...b)];
    const found = findConflicts(routes);
    t.equal(found.length, 1, JSON.stringify([a, b]));
    t.same([found[0]?.first.name, found[0]?.second.name], ['first', 'second']);
    t.same(found[0]?.methods, methods);
  }
});

test('routes that differ in host, path, method or listener do not conflict', async (t) => {
  const cases: readonly [a: [string, Given?], b: [string, Given?]][] = [
    [['/a'], ['/a/']],
    [['/a'], ['/a/*']],
    [['/a/{id}'], ['/a/b']],
    [['/a/{id}'], ['/a/*']],
    [['/{a}/b'], ['/a/{b}']],
    [
      ['/a', { host: 'x' }],
      ['/a', { host: 'y' }],
    ],
    [['/a', { host: 'x' }], ['/a']],
    [
      ['/a', { methods: ['GET'] }],
      ['/a', { methods: ['HEAD'] }],
    ],
    [
      ['/a', { listeners: ['b'] }],
      ['/a', { listeners: ['c'] }],
    ],
  ];
  for (const [a, b] of cases) {
    t.same(
      findConflicts([route('first', ...a), route('second', ...b)]),
      [],
      JSON.stringify([a, b]),
    );
  }
});

test('each route is reported once, against the first that it conflicts with', async (t) => {
  const routes = ['one', 'two', 'three'].map((name) =>
    route(name, '/a', { listeners: ['x', 'y'] }),
  );
  t.same(
    findConflicts(routes).map(({ first, second }) => [first.name, second.name]),
    [
      ['one', 'two'],
      ['one', 'three'],
    ],
  );
});

test('the earliest rival is found, whatever methods the routes list', async (t) => {
  const choices = [undefined, ['GET'], ['PUT'], ['GET', 'PUT'], ['POST'], ['PUT', 'POST']];
  const lists = choices.flatMap((a) => choices.flatMap((b) => choices.map((c) => [a, b, c])));
  for (const list of lists) {
    const routes = list.map((methods, index) =>
      route(String(index), '/a', methods === undefined ? {} : { methods }),
    );
    const expected = routes.flatMap((second, index) => {
      const first = routes.slice(0, index).find((one) => sharedMethods(one, second) !== undefined);
      return first === undefined ? [] : [[first.name, second.name, sharedMethods(first, second)]];
    });
    const found = findConflicts(routes);
    t.same(
      found.map(({ first, second, methods }) => [first.name, second.name, methods]),
      expected,
      JSON.stringify(list),
    );
  }
});

// As native/policy/route_table_test has them.
test('routes that some requests fit alike must be equally lenient, whatever their methods', async (t) => {
  const slashes: Given = { anySlash: true };
  const cases: Given = { anyCase: true };
  const both: Given = { ...slashes, ...cases };
  type Pair = readonly [a: readonly [string, Given?], b: readonly [string, Given?]];
  const conflicts = ([[a, givenA], [b, givenB]]: Pair) =>
    findConflicts([
      route('first', a, { ...givenA, methods: ['GET'] }),
      route('second', b, { ...givenB, methods: ['PUT'] }),
    ]);
  const conflicting: readonly Pair[] = [
    [['/a/b', cases], ['/a/b']],
    [['/a/b', cases], ['/A/b']],
    [['/A/b'], ['/a/b', cases]],
    [['/a/b', slashes], ['/a/b/']],
    [
      ['/a/b', slashes],
      ['/a/b', both],
    ],
    [
      ['/a/b', slashes],
      ['/a/b/', cases],
    ],
    [['/{x}/b', cases], ['/{y}/b']],
  ];
  for (const pair of conflicting) {
    const [found, ...more] = conflicts(pair);
    t.same(more, []);
    t.match(found, { inPart: true, methods: null }, JSON.stringify(pair));
  }
  const fine: readonly Pair[] = [
    [
      ['/a/b', both],
      ['/A/B/', both],
    ],
    [
      ['/a/b', slashes],
      ['/a/b/', slashes],
    ],
    [
      ['/{x}/b', cases],
      ['/{y}/B', cases],
    ],
    [['/A', slashes], ['/a/']],
    [['/a/b', cases], ['/A/b/']],
    [['/a', cases], ['/a/*']],
    [['/a', cases], ['/{x}']],
    [
      ['/a', both],
      ['/a', { host: 'h' }],
    ],
    [['/caf%C3%A9', cases], ['/caf%C3%89']],
  ];
  for (const pair of fine) t.same(conflicts(pair), [], JSON.stringify(pair));
});

test('equally lenient routes of one pattern conflict by their methods', async (t) => {
  const lenient = { anySlash: true, anyCase: true };
  const found = findConflicts([
    route('first', '/a', { ...lenient, methods: ['GET', 'PUT'] }),
    route('second', '/A/', { ...lenient, methods: ['PUT'] }),
  ]);
  t.equal(found.length, 1);
  t.match(found[0], { inPart: false, methods: ['PUT'] });
});
