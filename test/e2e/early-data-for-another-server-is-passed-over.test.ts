import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { runProgram } from '../support/debian-programs.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { opensslArguments, opensslCall, opensslMissing } from '../support/openssl-client.js';

const SESSION = 'session.pem';

// The server that had the name before: it gives out tickets that allow early data. Resolves with its port.
async function startPredecessor({ folder }: TestGateway, t: Test): Promise<number> {
  const server = runProgram(
    'openssl',
    [
      ...['s_server', '-accept', '127.0.0.1:0', '-cert', 'server.crt', '-key', 'server.key'],
      ...['-tls1_3', '-early_data', '-max_early_data', '16384'],
    ],
    { cwd: folder },
  );
  t.teardown(() => server.stop());
  const line = await server.output.findText((text) => text.startsWith('ACCEPT'));
  return Number(line.split(':').at(-1));
}

function untilItIsThere(folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  return new Promise((resolve) => {
    const done = (): void => {
      if (!existsSync(path) || !readFileSync(path, 'utf8').includes('-----END')) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, done);
    done();
  });
}

test('early data for the server that had the name before is passed over, and the client served', {
  skip: opensslMissing(),
}, async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const { port, folder, credentials } = gateway;
  const { authority, client } = credentials;
  const before = await startPredecessor(gateway, t);
  const session = join(folder, SESSION);
  const target = { authority, version: 'TLSv1.3' } as const;
  const visitor = runProgram(
    'openssl',
    opensslArguments({ ...target, port: before, more: ['-sess_out', session] }, folder),
    { cwd: folder },
  );
  await untilItIsThere(folder, SESSION);
  await visitor.stop();
  const early = join(folder, 'early.txt');
  writeFileSync(early, 'e'.repeat(12_000));
  // X448 is not ours: with it first, the client is asked for another key share.
  for (const groups of ['P-256', 'X448:P-256']) {
    const more = ['-sess_in', session, '-early_data', early, '-groups', groups];
    const call = { ...target, port, client, path: '/hello', more };
    const { received, complaints } = await opensslCall(call, folder);
    t.match(received, /^HTTP\/1\.1 200 /, `${groups}: ${complaints}`);
  }
});
