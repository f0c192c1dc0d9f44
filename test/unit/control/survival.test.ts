import { spawnSync } from 'node:child_process';
import { test } from 'tap';
import { Survival } from '../../../src/control/survival.js';
import type { ControlEvent } from '../../../src/telemetry/event-record.js';

/** throwing emits the errors as Node does, each at its time, and returns what was logged. */
function throwing(errors: readonly (readonly [time: number, thrown: unknown])[]): ControlEvent[] {
  const lines: ControlEvent[] = [];
  let now = 0;
  const survival = new Survival({ control: (event) => void lines.push(event) }, () => now);
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException'); // the test runner's
  survival.begin();
  try {
    for (const [time, thrown] of errors) {
      now = time;
      process.emit('uncaughtException', thrown as Error);
    }
  } finally {
    survival.end();
    for (const listener of before) process.on('uncaughtException', listener);
  }
  return lines;
}

test('an unexpected error is logged with where it came from', async (t) => {
  const [line] = throwing([[0, new Error('not foreseen')]]);
  t.match(line, { event: 'unexpected-error', level: 'error', reason: 'not foreseen', leftOut: 0 });
  t.match(line?.stack, /survival\.test/);
});

test('what is thrown need not be an error', async (t) => {
  t.match(throwing([[0, 'text']]), [{ reason: 'text', stack: '' }]);
  t.match(throwing([[0, undefined]]), [{ reason: 'undefined' }]);
});

test('one line a second; the next one counts what was left out', async (t) => {
  const lines = throwing([
    [0, new Error('a')],
    [10, new Error('b')],
    [999, new Error('c')],
    [1000, new Error('d')],
  ]);
  t.match(lines, [
    { reason: 'a', leftOut: 0 },
    { reason: 'd', leftOut: 2 },
  ]);
});

test('a rejection that nobody handles comes here too, and the process lives on', async (t) => {
  const program = `
    import { Survival } from ${JSON.stringify(new URL('../../../src/control/survival.ts', import.meta.url))};
    new Survival({ control: ({ reason }) => console.log(reason) }).begin();
    void Promise.reject(new Error('rejected'));
    setTimeout(() => console.log('alive'), 50);`;
  const { stdout, status } = spawnSync(
    process.execPath,
    [...process.execArgv, '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  );
  t.same([stdout, status], ['rejected\nalive\n', 0]);
});
