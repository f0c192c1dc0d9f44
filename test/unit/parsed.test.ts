import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { jsonText, visible } from '../../src/parsed.js';

const TABLE = new URL('../../native/base/hidden_characters.def', import.meta.url);

test('what a terminal obeys, a reader does not see or a tool ends a line at is escaped', (t) => {
  t.equal(visible('a\u001b[31m\u009b\u2028\u2029'), 'a\\u001b[31m\\u009b\\u2028\\u2029');
  t.equal(
    visible('\u202e\u2066\u2069\u200e\u200f\u061c'),
    '\\u202e\\u2066\\u2069\\u200e\\u200f\\u061c',
  );
  t.equal(visible('\u{e0041}'), '\\udb40\\udc41');
  t.equal(visible('é ’ 😀'), 'é ’ 😀');
  t.end();
});

test('JSON says the same with such characters escaped, in lines and indented', (t) => {
  const value = { name: 'a\u2028b\u202e\u009b', list: ['\n', 1, null] };
  for (const text of [jsonText(value), jsonText(value, 2)]) {
    t.same(JSON.parse(text), value);
    t.match(text, 'a\\u2028b\\u202e\\u009b');
  }
  t.equal(jsonText(value).split('\n').length, 1);
  t.ok(jsonText(value, 2).split('\n').length > 3);
  t.end();
});

test('the data plane escapes the same characters', (t) => {
  const entries = readFileSync(TABLE, 'utf8').matchAll(/^PINLATCH_HIDDEN\((\w+), (\w+)\)$/gm);
  const ranges = [...entries].map(([, first, last]) => [Number(first), Number(last)] as const);
  const hidden = new Set<number>();
  for (const [first, last] of ranges) {
    for (let code = first; code <= last; code += 1) hidden.add(code);
  }
  const differing: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue; // in no UTF-8
    const character = String.fromCodePoint(code);
    if ((visible(character) !== character) !== hidden.has(code)) differing.push(code.toString(16));
  }
  t.same(differing, []);
  t.end();
});
