import { test } from 'tap';
import {
  byName,
  fits,
  listOf,
  number,
  oneOf,
  optional,
  orNull,
  record,
  type Shape,
  someText,
  text,
  truth,
} from '../../src/value-shape.js';

interface Box {
  readonly name: string;
  readonly state: 'open' | 'shut';
  readonly sizes: readonly number[];
  readonly owner: string | null;
  readonly label?: string;
}

const BOX = record<Box>({
  name: text,
  state: oneOf('open', 'shut'),
  sizes: listOf(number),
  owner: orNull(text),
  label: optional(text),
});

const box = { name: 'a', state: 'open', sizes: [1, 2], owner: null };

test('a value with all members fits, also with more and without what may be left out', async (t) => {
  t.ok(fits(BOX, box));
  t.ok(fits(BOX, { ...box, owner: 'b', label: 'c', newer: true }));
});

test('the first place that does not fit is named', async (t) => {
  const cases: readonly (readonly [unknown, string])[] = [
    [null, ''],
    ['text', ''],
    [[box], ''],
    [{}, '.name'],
    [{ ...box, state: 'ajar' }, '.state'],
    [{ ...box, sizes: {} }, '.sizes'],
    [{ ...box, sizes: [1, '2'] }, '.sizes[1]'],
    [{ ...box, owner: undefined }, '.owner'],
    [{ ...box, label: null }, '.label'],
  ];
  for (const [value, place] of cases) t.equal(BOX.misfit(value), place, JSON.stringify(value));
  t.equal(listOf(BOX).misfit([box, { ...box, name: 1 }]), '[1].name');
  t.equal(byName(number).misfit({ a: 1, b: 'x' }), '.b');
  t.equal(byName(number).misfit([1]), '');
  t.equal(someText.misfit(''), '');
  t.equal(truth.misfit(0), '');
});

test('what an object inherits is none of its members', async (t) => {
  const shape = record<{ readonly constructor: string }>({ constructor: text });
  t.equal(shape.misfit({}), '.constructor');
  t.equal(record<{ readonly name: string }>({ name: text }).misfit(Object.create(box)), '.name');
});

test('the compiler holds a shape to its type', async (t) => {
  const { label: _, ...members } = {
    ...{ name: text, state: oneOf('open', 'shut'), sizes: listOf(number) },
    ...{ owner: orNull(text), label: optional(text) },
  };
  const mistakes = [
    // @ts-expect-error: a member is missing
    () => record<Box>(members),
    // @ts-expect-error: a word is missing
    (): Shape<Box['state']> => oneOf('open'),
    // @ts-expect-error: a word too many
    (): Shape<Box['state']> => oneOf('open', 'shut', 'ajar'),
    // @ts-expect-error: it may be null
    (): Shape<Box['owner']> => text,
    // @ts-expect-error: it may be left out
    (): Shape<Box['label']> => text,
  ];
  t.equal(mistakes.length, 5);
});
