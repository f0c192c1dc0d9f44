import { join } from 'node:path';
import { test } from 'tap';
import { COMMANDS } from '../../../src/cli/commands.js';
import { dispatch } from '../../../src/cli/dispatch.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';
import { captureTerminal } from '../../support/terminal.js';

async function run(...argv: readonly string[]) {
  const terminal = captureTerminal();
  const code = await dispatch(argv, terminal);
  return { code, out: terminal.out, err: terminal.err };
}

test('without a command the help goes to standard error and the exit code is 2', async (t) => {
  t.match(await run(), { code: 2, out: '', err: /usage: pinlatch COMMAND/ });
});

test('help lists the commands, and each has a help of its own', async (t) => {
  for (const word of ['help', '--help', '-h']) t.match(await run(word), { code: 0, err: '' });
  const { out } = await run('help');
  for (const word of ['help', '--help', '-h']) t.match(await run('help', word), { code: 0, out });
  for (const name of COMMANDS.keys()) {
    t.match(out, new RegExp(`^ {2}${name} `, 'm'));
    const own = { code: 0, out: new RegExp(`^usage: pinlatch ${name}`), err: '' };
    t.match(await run('help', name), own);
    t.match(await run(name, '--help'), own);
  }
});

test('an unknown command gets a suggestion and the exit code 2', async (t) => {
  t.match(await run('chekc'), { code: 2, out: '', err: /did you mean "check"\?/ });
  t.match(await run('zzzzzzzz'), { code: 2, err: /pinlatch help lists them/ });
  t.match(await run('help', 'chekc'), { code: 2, err: /did you mean "check"\?/ });
  t.match(await run('constructor'), { code: 2 });
});

test('--version prints name and version', async (t) => {
  t.match(await run('--version'), { code: 0, out: /^pinlatch \d+\.\d+\.\d+\n$/ });
});

test('unknown options and a file too many are refused with where to look', async (t) => {
  t.match(await run('compile', '--force'), {
    code: 2,
    err: /"--force"[\s\S]*pinlatch help compile/,
  });
  t.match(await run('compile', 'a', 'b'), { code: 2, err: /"b"/ });
  t.match(await run('pin'), { code: 2, err: /the file is missing/ });
});

test('compile prints the snapshot on standard output and nothing else', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('gateway.json', minimalConfig());
  const { code, out, err } = await run('compile', file);
  t.equal(code, 0);
  t.equal(err, '');
  t.match(JSON.parse(out), { format: 'pinlatch-snapshot/1', routes: [{ at: '/routes/0' }] });
});

test('compile reports mistakes on standard error and prints no snapshot', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('gateway.json', minimalConfig({ x: 1 }));
  t.match(await run('compile', file), { code: 1, out: '', err: /the unknown key "x"/ });
});

test('a file that is not there makes the exit code 2', async (t) => {
  const file = join(t.testdir({}), 'none.json');
  for (const command of ['check', 'compile', 'pin']) {
    t.match(await run(command, file), { code: 2, out: '', err: /no such file/ }, command);
  }
});
