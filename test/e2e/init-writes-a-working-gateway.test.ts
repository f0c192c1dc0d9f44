import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';

import { makeFolder, type Program, runPinlatch } from '../support/gateway.js';

const run = promisify(execFile);

const hasCurl = (() => {
  try {
    execFileSync('curl', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

async function init(folder: string, name = 'gw'): Promise<Program> {
  const program = runPinlatch(['init', name], { cwd: folder });
  await program.exited;
  return program;
}

test('init writes a configuration that check finds fine and run serves, as its printed commands say', async (t) => {
  const folder = makeFolder();
  const { exited, output } = await init(folder, 'my gateway'); // a name that a shell would take apart
  t.same(await exited, { code: 0, signal: null });
  const files = readdirSync(join(folder, 'my gateway', 'certs'));
  for (const name of files) {
    const { mode } = statSync(join(folder, 'my gateway', 'certs', name));
    t.equal(mode & 0o777, name.endsWith('.key') ? 0o600 : 0o644, name);
  }
  t.equal(files.length, 6);

  const commands = output.text.filter((line) => /^(node|pinlatch|curl) /.test(line));
  t.equal(commands.length, 3);
  const [check = '', , curl = ''] = commands;
  const checked = await run('/bin/sh', ['-c', check], { cwd: '/' }); // they work in any folder
  t.match(checked.stdout, /fine \(1 listener, 2 routes, 1 client\)/);
  t.notMatch(checked.stdout, /warning/);

  if (!hasCurl) return void t.comment('skipped: there is no curl');
  const config = join(folder, 'my gateway', 'gateway.json');
  writeFileSync(config, readFileSync(config, 'utf8').replace('127.0.0.1:8443', '127.0.0.1:0'));
  const gateway = runPinlatch(['run', config, '--log-format', 'json'], { cwd: folder });
  const { port } = await gateway.output.event('listening');
  await gateway.output.event('serving');
  const answer = await run('/bin/sh', ['-c', `${curl.replace(':8443', `:${port}`)} -sS`], {
    cwd: '/',
  });
  t.equal(answer.stdout, '{"hello":"demo-client"}');
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
});

test('init overwrites nothing, and writes nothing when it cannot write all', async (t) => {
  const folder = makeFolder();
  await init(folder);
  const names = [
    'gateway.json',
    ...readdirSync(join(folder, 'gw', 'certs')).map((n) => join('certs', n)),
  ];
  const read = () => names.map((name) => readFileSync(join(folder, 'gw', name), 'utf8'));
  const before = read();
  const again = await init(folder);
  t.match(await again.exited, { code: 2 });
  t.match(
    again.errors.text.join('\n'),
    /nothing was written, because there is already .*gateway\.json/,
  );
  t.same(read(), before);

  const other = makeFolder();
  writeFileSync(join(other, 'gateway.json'), 'mine');
  t.match(await (await init(other, '.')).exited, { code: 2 });
  t.same(readdirSync(other), ['gateway.json']);
  t.equal(readFileSync(join(other, 'gateway.json'), 'utf8'), 'mine');
});

test('init says what is wrong with a folder that cannot be', async (t) => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'file'), '');
  const program = await init(folder, 'file/below');
  t.match(await program.exited, { code: 2 });
  t.match(program.errors.text.join('\n'), /file\/below.* cannot be made/);
  t.match(await runPinlatch(['init'], { cwd: folder }).exited, { code: 2 });
});
