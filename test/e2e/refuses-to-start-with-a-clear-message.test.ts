import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import {
  type Config,
  type Credentials,
  makeCredentials,
  makeFolder,
  type Program,
  runPinlatch,
  startGateway,
  usualConfig,
  writeCredentials,
} from '../support/gateway.js';

function prepare(
  change: (config: string, folder: string, credentials: Credentials) => string,
): string {
  const folder = makeFolder();
  const credentials = makeCredentials();
  writeCredentials(folder, credentials);
  const config: Config = usualConfig(credentials);
  writeFileSync(
    join(folder, 'gateway.json'),
    change(JSON.stringify(config, null, 2), folder, credentials),
  );
  return folder;
}

async function run(
  folder: string,
): Promise<{ code: number | null; errors: string; program: Program }> {
  const program = runPinlatch(['run'], { cwd: folder });
  const { code } = await program.exited;
  return { code, errors: program.errors.text.join('\n'), program };
}

test('a port that is taken: names the address and the place in the file', async (t) => {
  const first = await startGateway();
  const folder = prepare((config) => config.replace('127.0.0.1:0', `127.0.0.1:${first.port}`));
  const { code, errors } = await run(folder);
  t.equal(code, 1);
  t.match(errors, new RegExp(`address in use: 127\\.0\\.0\\.1:${first.port}`));
  t.match(errors, /gateway\.json:\d+:\d+ {2}\/listeners\/edge/);
  t.notMatch(errors, /at .*\.js:\d+/, 'no stack trace');
  await first.stop();
});

test('a key that others may read: names the chmod to run', async (t) => {
  const folder = prepare((config, where) => {
    chmodSync(join(where, 'server.key'), 0o644);
    return config;
  });
  const { code, errors } = await run(folder);
  t.equal(code, 1);
  t.match(errors, /chmod/);
});

test('a configuration with mistakes: all of them at once', async (t) => {
  const folder = prepare((config) =>
    config.replace('"required"', '"requird"').replace('"hello"', '3'),
  );
  const { code, errors } = await run(folder);
  t.equal(code, 1);
  t.match(errors, /requird/);
  t.match(errors, /2 errors/);
});

test('no configuration at all: exit code 2', async (t) => {
  const folder = prepare((config) => config);
  rmSync(join(folder, 'gateway.json'));
  const { code, errors } = await run(folder);
  t.equal(code, 2);
  t.match(errors, /no such file/);
});

test('a wrong option: exit code 2', async (t) => {
  const folder = prepare((config) => config);
  for (const args of [['--log-format', 'xml'], ['--log-format'], ['--verbose'], ['a', 'b']]) {
    const program = runPinlatch(['run', ...args], { cwd: folder });
    t.match(await program.exited, { code: 2 }, args.join(' '));
    t.match(program.errors.text.join('\n'), /pinlatch help run/);
  }
});
