import { test } from 'tap';
import { parsePathPattern, pathText } from '../../../src/routing/path-pattern.js';

const literal = (text: string) => ({ literal: text });
const parameter = (name: string) => ({ parameter: name });

test('reads exact paths, prefixes, parameters and trailing slashes', async (t) => {
  const plain = { trailingSlash: false, prefix: false };
  const cases: readonly [text: string, pattern: object][] = [
    ['/', { segments: [], ...plain }],
    ['/*', { segments: [], ...plain, prefix: true }],
    ['/api/customer', { segments: [literal('api'), literal('customer')], ...plain }],
    ['/api/*', { segments: [literal('api')], ...plain, prefix: true }],
    ['/api/', { segments: [literal('api')], ...plain, trailingSlash: true }],
    ['/api/{id}', { segments: [literal('api'), parameter('id')], ...plain }],
    [
      '/{a}/x/{b}/*',
      { segments: [parameter('a'), literal('x'), parameter('b')], ...plain, prefix: true },
    ],
    ["/a-b._~!$&'()+,=:@", { segments: [literal("a-b._~!$&'()+,=:@")], ...plain }],
    ['/caf%C3%A9', { segments: [literal('caf%C3%A9')], ...plain }],
    ['/...', { segments: [literal('...')], ...plain }],
    ['/a%3Bv', { segments: [literal('a%3Bv')], ...plain }],
  ];
  for (const [text, pattern] of cases) {
    const parsed = parsePathPattern(text);
    t.same(parsed, { ok: true, value: pattern }, text);
    if (parsed.ok) t.equal(pathText(parsed.value), text);
  }
});

const REFUSED: readonly [text: string, fix: string | undefined][] = [
  ['', 'write "/"'],
  ['api', 'write "/api"'],
  ['//', 'write "/"'],
  ['/a//b', 'write "/a/b"'],
  ['/a?x=1', 'write "/a"'],
  ['/a#x', 'write "/a"'],
  ['?x', 'write "/"'],
  ['https://api.local/a', 'write "/a", and name the host in "host"'],
  ['/./a', 'write "/a"'],
  ['/a/../b', 'write "/b"'],
  ['/../b', 'write "/b"'],
  ['/a/..', 'write "/"'],
  ['/a/%2e%2E/b/*', 'write "/b/*"'],
  ['/%7Euser/', 'write "/~user/"'],
  ['/caf%c3%a9', 'write "/caf%C3%A9"'],
  ['/café', 'write "/caf%C3%A9"'],
  ['/a b', 'write "/a%20b"'],
  ['/100%', 'write "/100%25"'],
  ['/a/%zz/../%7e//x y?q', 'write "/a/~/x%20y"'],
  ['/a%2Fb', undefined],
  ['/a%5cb', undefined],
  ['/a%00', undefined],
  ['/a\\b', undefined],
  ['/a\u0000b', undefined],
  ['/\ud800', undefined],
  ['/%FF', undefined],
  ['/%C0%AF', undefined],
  ['/a*', undefined],
  ['/*/b', undefined],
  ['/**', undefined],
  ['/a/{id', undefined],
  ['/a/x{id}', undefined],
  ['/a/{}', undefined],
  ['/a/{id}/{id}', undefined],
  ['/a/..;x', undefined],
  ['/a/.;x', undefined],
  ['/a/;x', undefined],
  ['/a;v=1', undefined],
  ['/a/%3Bx', undefined],
  ['/a/..%3Bx', undefined],
  ['/*/', undefined],
];

test('refuses patterns that no request can match, and says what to write', async (t) => {
  for (const [text, fix] of REFUSED) {
    const parsed = parsePathPattern(text);
    t.notOk(parsed.ok, text);
    if (!parsed.ok) t.equal(parsed.problem.fix, fix, text);
  }
});

test('what it says to write is taken', async (t) => {
  for (const [, fix] of REFUSED) {
    const guess = /^write ("[^"]*")/.exec(fix ?? '')?.[1];
    if (guess !== undefined) t.ok(parsePathPattern(JSON.parse(guess)).ok, guess);
  }
});

test('the number of segments is bounded', async (t) => {
  t.ok(parsePathPattern('/a'.repeat(256)).ok);
  t.notOk(parsePathPattern('/a'.repeat(257)).ok);
  t.notOk(parsePathPattern('/é'.repeat(256)).ok);
});

test('a path that is a regular expression is told that patterns are segments, and which one comes nearest', async (t) => {
  const wider = ', where "{…}" is any segment: the service has to judge it';
  const cases: readonly [text: string, fix: string | undefined][] = [
    ['^/api/.*$', 'write "/api/*"'],
    ['~* ^/api/v1/(.*)$', 'write "/api/v1/*"'],
    ['^/healthz$', 'write "/healthz"'],
    ['/api/.*', 'write "/api/*"'],
    ['/users/[0-9]+', `write "/users/{id}"${wider}`],
    ['/users/[^/]+/orders/\\d+', `write "/users/{id}/orders/{id2}"${wider}`],
    ['/(v1|v2)/x', `write "/{id}/x"${wider}`],
    ['/a(?<b>c)', `write "/{id}"${wider}`],
    ['^/a/../b/.*', undefined],
  ];
  for (const [text, fix] of cases) {
    const parsed = parsePathPattern(text);
    const problem = parsed.ok ? undefined : parsed.problem;
    t.match(
      problem,
      { found: /: a regular expression$/, expected: /^a pattern of whole segments/ },
      text,
    );
    t.equal(problem?.fix, fix, text);
  }
  for (const text of ['/a(b)', '/$metadata', "/Orders('1')", '/a+b', '/v1.0/x'])
    t.ok(parsePathPattern(text).ok, text);
});
