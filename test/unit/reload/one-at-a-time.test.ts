import { test } from 'tap';
import { OneAtATime } from '../../../src/reload/one-at-a-time.js';

function setUp() {
  const begun: string[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const turns = new OneAtATime<string, string>(
    (argument) => {
      begun.push(argument);
      return new Promise((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve(argument) : reject(error)));
      });
    },
    (queued, later) => `${queued}+${later}`,
  );
  // Turns begin a few promises later.
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { turns, begun, ends, settled };
}

test('one runs; those that come meanwhile become one more', async (t) => {
  const { turns, begun, ends, settled } = setUp();
  const first = turns.request('a');
  await settled();
  const [second, third, fourth] = ['b', 'c', 'd'].map((name) => turns.request(name));
  await settled();
  t.same(begun, ['a']);
  ends[0]?.();
  t.equal(await first, 'a');
  await settled();
  t.same(begun, ['a', 'b+c+d']);
  ends[1]?.();
  t.same(await Promise.all([second, third, fourth]), ['b+c+d', 'b+c+d', 'b+c+d']);
});

test('a turn that fails is told to whoever asked, and the next one runs', async (t) => {
  const { turns, begun, ends, settled } = setUp();
  const first = turns.request('a');
  await settled();
  const second = turns.request('b');
  ends[0]?.(new Error('broken'));
  await t.rejects(first, /broken/);
  await settled();
  t.same(begun, ['a', 'b']);
  ends[1]?.();
  t.equal(await second, 'b');
});
