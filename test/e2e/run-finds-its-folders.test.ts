import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { makeFolder, type Program, runPinlatch } from '../support/gateway.js';

async function init(): Promise<string> {
  const folder = makeFolder();
  const program = runPinlatch(['init', 'gw'], { cwd: folder });
  await program.exited;
  return folder;
}

function run(t: Test, folder: string, ...args: readonly string[]): Program {
  const gateway = runPinlatch(['run', ...args, '--log-format', 'json'], { cwd: folder });
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  return gateway;
}

test('run and check take a folder for the gateway.json in it', async (t) => {
  const folder = await init();
  const checked = runPinlatch(['check', 'gw'], { cwd: folder });
  t.match(await checked.exited, { code: 0 });
  t.match(checked.output.text, [/^gw\/gateway\.json: fine/]);
  const gateway = run(t, folder, 'gw');
  const { config } = await gateway.output.event('starting');
  t.equal(config, join(folder, 'gw', 'gateway.json'));
});

test('a folder without a gateway.json is told what was looked for in it', async (t) => {
  const folder = makeFolder();
  const gateway = run(t, folder, '.');
  t.match(await gateway.exited, { code: 2 });
  t.match(gateway.errors.text, [/^pinlatch: "\/.*\/gateway\.json": no such file/]);
});

test('run --state makes its folder, for its owner alone, and says so', async (t) => {
  const folder = await init();
  const gateway = run(t, folder, 'gw', '--state', 'var/state');
  const state = join(folder, 'var', 'state');
  t.match(await gateway.output.event('state-folder-made'), { folder: state });
  t.equal(statSync(state).mode & 0o777, 0o700);
});

test('a state folder that cannot be made is said to be that, and the gateway serves', async (t) => {
  const folder = await init();
  const gateway = run(t, folder, 'gw', '--state', '/proc/nowhere/state');
  t.match(await gateway.output.event('state-unusable'), {
    reason: /^the state folder "\/proc\/nowhere\/state" cannot be made: /,
  });
});
