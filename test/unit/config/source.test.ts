import { test } from 'tap';
import { readSource } from '../../../src/config/source.js';

test('locates values and keys by pointer, and the nearest ancestor of what is not there', async (t) => {
  const source = readSource('{\n  // comment\n  "a/b": [1, { "c~d": true }]\n}\n');
  t.same(source.issues, []);
  t.same(source.locate('/a~1b/1/c~0d'), { line: 3, column: 23 });
  t.same(source.locate('/a~1b/1/c~0d', 'key'), { line: 3, column: 16 });
  t.same(source.locate('/a~1b/1/x/y'), { line: 3, column: 14 });
  t.same(source.locate('/a~1b/7'), { line: 3, column: 10 });
  t.same(source.locate(''), { line: 1, column: 1 });
});

test('counts lines with carriage returns, and leaves a byte order mark out', async (t) => {
  t.same(readSource('\uFEFF{\r\n"a": 1}').locate('/a'), { line: 2, column: 6 });
});

test('says what is wrong with the syntax and where, once a line', async (t) => {
  const cases: readonly [text: string, offset: number, expected: RegExp][] = [
    ['', 0, /an object in braces/],
    ['// only a comment', 0, /an object in braces/],
    ['{"a": 1,}', 8, /a key in double quotes/],
    ['{"a": [1,]}', 9, /a value/],
    ['{"a" 1}', 5, /":" after the key/],
    ["{'a': 1}", 1, /a JSON value/],
    ['{a: 1}', 1, /a JSON value/],
    ['{"a": 1 "b": 2}', 8, /","/],
    ['{"a": 1} {}', 9, /the end of the file/],
    ['{"a": 01}', 7, /","/],
    ['{"a": /* ', 6, /the end of the comment|"\*\/"/],
    ['{"a": "x', 6, /a closing double quote/],
    ['{"a": 1', 7, /"}"/],
    ['nonsense', 0, /a JSON value/],
  ];
  for (const [text, offset, expected] of cases) {
    t.match(readSource(text).issues, [{ code: 'syntax', offset, expected }], text);
    t.equal(readSource(text).issues.length, 1, text);
  }
});

test('mistakes of syntax on several lines are all reported', async (t) => {
  const { issues, positionOf } = readSource('{\n  "a": tru,\n  "b": 1\n  "c": [1,],\n}\n');
  t.same(
    issues.map(({ offset }) => positionOf(offset ?? 0).line),
    [2, 4, 5],
  );
});

test('a key that comes twice is an error, at any depth', async (t) => {
  const { issues } = readSource('{"a": {"b": 1, "b": 2}, "c": [{"d": 1, "\\u0064": 2}], "a": 1}');
  t.same(
    issues.map(({ code, at }) => [code, at]),
    [
      ['duplicate-key', '/a/b'],
      ['duplicate-key', '/c/0/d'],
      ['duplicate-key', '/a'],
    ],
  );
});

test('a key named __proto__ is a key like any other', async (t) => {
  const { value } = readSource('{"__proto__": {"clientAuth": "optional"}}');
  t.same(Object.keys(value as object), ['__proto__']);
  t.equal((value as Record<string, unknown>).clientAuth, undefined);
});

test('hostile nesting is refused before it is parsed; brackets in text and comments do not count', async (t) => {
  t.match(readSource('['.repeat(200_000)).issues, [{ code: 'syntax', found: /nested too deeply/ }]);
  t.match(readSource(`${'{"a":'.repeat(70)}1${'}'.repeat(70)}`).issues, [{ found: /nested/ }]);
  const brackets = '['.repeat(1000);
  t.same(readSource(`{"a": "\\"${brackets}" /* ${brackets} */ // ${brackets}\n}`).issues, []);
});
