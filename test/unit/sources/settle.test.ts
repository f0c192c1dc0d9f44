import { mock } from 'node:test';
import { test } from 'tap';
import { Settle } from '../../../src/sources/settle.js';

const times = { quietMs: 300, mostMs: 3000 };

function setUp() {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  let acts = 0;
  const settle = new Settle(() => acts++, times);
  return { settle, acts: () => acts, tick: (ms: number) => mock.timers.tick(ms) };
}

test('a burst is one act, after it was quiet', async (t) => {
  const { settle, acts, tick } = setUp();
  for (let i = 0; i < 5; i++) {
    settle.poke();
    tick(299);
  }
  t.equal(acts(), 0);
  tick(1);
  t.equal(acts(), 1);
  tick(10_000);
  t.equal(acts(), 1);
});

test('a burst that does not end is acted upon all the same', async (t) => {
  const { settle, acts, tick } = setUp();
  for (let ms = 0; ms < 3000; ms += 100) {
    t.equal(acts(), 0);
    settle.poke();
    tick(100);
  }
  t.equal(acts(), 1);
});

test('the next burst is another act', async (t) => {
  const { settle, acts, tick } = setUp();
  settle.poke();
  tick(300);
  settle.poke();
  tick(300);
  t.equal(acts(), 2);
});

test('close forgets', async (t) => {
  const { settle, acts, tick } = setUp();
  settle.poke();
  settle.close();
  tick(10_000);
  t.equal(acts(), 0);
  mock.timers.reset();
});
