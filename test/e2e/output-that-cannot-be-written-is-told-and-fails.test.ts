import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { makeFolder, runPinlatch } from '../support/gateway.js';

const COMMAND = ['help', 'run'] as const;

/** redirected runs a command by a shell, in which "$@" stands for it. */
async function redirected(command: string) {
  const folder = makeFolder();
  const program = runPinlatch(COMMAND, { cwd: folder, through: ['sh', '-c', command, 'sh'] });
  const { code } = await program.exited;
  return { code, errors: program.errors.text, folder };
}

test('a command whose output finds no room says so in one line, and fails', async (t) => {
  const { code, errors } = await redirected('exec "$@" > /dev/full');
  t.equal(code, 2);
  t.match(errors, [/^pinlatch: standard output cannot be written: the disk is full.*ENOSPC/]);
  t.equal(errors.length, 1);
});

test('a command of whose output the disk took a part fails', async (t) => {
  const { code, errors, folder } = await redirected('ulimit -f 1; exec "$@" > out');
  t.ok(readFileSync(join(folder, 'out')).length > 0, 'a part is there');
  t.equal(code, 2);
  t.match(errors, [/^pinlatch: standard output cannot be written: .*EFBIG/]);
});

test('a reader that has read enough is no failure', async (t) => {
  const { code, errors } = await redirected('"$@" | head -c 1 > /dev/null');
  t.same([code, errors], [0, []]);
});

test('standard error that cannot be written leaves the exit code as it is', async (t) => {
  const folder = makeFolder();
  const through = ['sh', '-c', 'exec "$@" 2> /dev/full', 'sh'];
  const program = runPinlatch(['check', 'no-such-file'], { cwd: folder, through });
  t.match(await program.exited, { code: 2 });
});
