import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority } from '../support/certificates.js';
import {
  makeCredentials,
  runPinlatch,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import { askAdmin, outcomeOf, SOCKET, visit } from '../support/reloads.js';
import { makeStateFolder, restart, STATE } from '../support/restarts.js';
import { issueRevocationList } from '../support/revocation-lists.js';

/** served runs a gateway with a CRL folder until its configuration is kept, and ends it. */
async function served(): Promise<TestGateway> {
  const credentials = makeCredentials();
  const gateway = await startGateway({
    credentials,
    args: ['--state', STATE],
    config: (_, folder) => {
      makeStateFolder(folder);
      const list = issueRevocationList({ issuer: credentials.authority });
      writeFileSync(join(folder, 'ca.crl'), list.pem);
      const trust = { clients: { ca: ['ca.crt'], crl: { files: ['ca.crl'] } } };
      return { ...usualConfig(credentials), admin: { socket: SOCKET }, trust };
    },
  });
  await gateway.log.event('last-good-kept');
  await gateway.stop();
  return gateway;
}

const BREAKAGES: Readonly<Record<string, (folder: string) => void>> = {
  'a broken configuration': (folder) => writeFileSync(join(folder, 'gateway.json'), '{'),
  'no configuration at all': (folder) => rmSync(join(folder, 'gateway.json')),
  'an empty CA file': (folder) => truncateSync(join(folder, 'ca.crt'), 0),
  'a damaged list': (folder) => truncateSync(join(folder, 'ca.crl'), 100),
  'a certificate of another key': (folder) =>
    writeFileSync(join(folder, 'server.crt'), createAuthority('other').pem),
};

for (const [what, breaks] of Object.entries(BREAKAGES)) {
  test(`${what}: the last good configuration serves, and everything says so`, async (t) => {
    const { folder, credentials } = await served();
    breaks(folder);
    const kept = readdirSync(join(folder, STATE)).sort();
    t.match(kept, [/^copies-[0-9a-f]{32}$/, 'last-good', 'list-numbers']);
    const gateway = await restart(folder, credentials);
    t.teardown(() => void gateway.child.kill('SIGKILL'));
    t.match(gateway.serving, { generation: 1, config: 'last-good' });
    t.match(await gateway.output.event('serving-last-good'), { level: 'error', reason: /./ });
    t.same(await visit(gateway), [200, 200]);
    await gateway.output.event('admin-listening');
    const { body } = await askAdmin(folder, 'GET', '/v1/views/status');
    t.match(body, {
      config: { state: 'last-good', keptAt: Number },
      lastReload: { ok: false, trigger: 'start', reason: /./ },
    });
    t.same(readdirSync(join(folder, STATE)).sort(), kept, 'no other copies are left');
    gateway.signal('SIGTERM');
    t.same(await gateway.exited, { code: 0, signal: null });
  });

  test(`${what}, and --strict: it does not start`, async (t) => {
    const { folder } = await served();
    breaks(folder);
    const strict = runPinlatch(['run', '--strict', '--state', STATE], { cwd: folder });
    const { code } = await strict.exited;
    t.ok(code === 1 || code === 2, String(code));
    t.notOk(strict.output.lines.some(({ event }) => event === 'serving'));
  });
}

// To a process that may write no byte into a file, every disk is full.
const ON_A_FULL_DISK = ['sh', '-c', 'ulimit -f 0 && exec "$@"', 'sh'];

test('a full disk and a configuration that was cut off: the last good configuration serves', async (t) => {
  const { folder, credentials } = await served();
  truncateSync(join(folder, 'gateway.json'), 100);
  const program = runPinlatch(['run', '--log-format', 'json', '--state', STATE], {
    cwd: folder,
    through: ON_A_FULL_DISK,
  });
  t.teardown(() => void program.child.kill('SIGKILL'));
  t.match(await program.output.event('serving'), { config: 'last-good' });
  const { port } = await program.output.event('listening');
  t.same(await visit({ port: Number(port), credentials }), [200, 200]);
  program.signal('SIGTERM');
  t.same(await program.exited, { code: 0, signal: null });
});

test('a client was removed by what could not be kept, and the file is broken at the next start: that is loud', async (t) => {
  const { folder, credentials, configPath } = await served();
  const program = await restart(folder, credentials);
  t.teardown(() => void program.child.kill('SIGKILL'));
  const { pid } = await program.output.event('starting');
  // As on a full disk: the new file cannot be made beside the old one.
  mkdirSync(join(folder, STATE, `last-good.${pid}.new`));
  const config = JSON.parse(readFileSync(configPath, 'utf8'));
  const clients = { client: { pins: [`sha256:${'ab'.repeat(32)}`] } };
  writeFileSync(configPath, JSON.stringify({ ...config, clients }));
  const notKept = await program.output.event('last-good-not-kept');
  t.match(notKept, { reason: /cannot be kept in .*: the write failed: ERR_FS_EISDIR$/ });
  program.signal('SIGTERM');
  await program.exited;
  writeFileSync(configPath, '{');
  const gateway = await restart(folder, credentials);
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  t.match(await gateway.output.event('serving-last-good'), {
    level: 'error',
    overtaken: true,
    consequence: /a later configuration has served that could not be kept/,
  });
  await gateway.output.event('admin-listening');
  const { body } = await askAdmin(folder, 'GET', '/v1/views/status');
  t.match(body, { config: { state: 'last-good', overtaken: true } });
  t.same(await visit(gateway), [200, 200], 'it serves');
  gateway.signal('SIGTERM');
  await gateway.exited;
  writeFileSync(configPath, JSON.stringify(config));
  const mended = await restart(folder, credentials);
  t.teardown(() => void mended.child.kill('SIGKILL'));
  t.match(mended.serving, { config: 'live' });
  mended.signal('SIGTERM');
  await mended.exited;
  t.notOk(readdirSync(join(folder, STATE)).includes('overtaken'));
});

test('what was broken at the start is served as soon as it is whole', async (t) => {
  const { folder, credentials, configPath } = await served();
  const whole = readFileSync(configPath, 'utf8');
  writeFileSync(configPath, whole.slice(0, 100));
  const gateway = await restart(folder, credentials);
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  t.match(gateway.serving, { config: 'last-good' });
  const test = { ...gateway, log: gateway.output } as unknown as TestGateway;
  t.match(await outcomeOf(test, () => writeFileSync(configPath, whole)), {
    event: 'reloaded',
    generation: 2,
  });
  const { body } = await askAdmin(folder, 'GET', '/v1/views/status');
  t.match(body, { config: { state: 'live' }, lastReload: { ok: true } });
});

const SPOILED: Readonly<Record<string, (path: string, bytes: Buffer) => void>> = {
  'cut off': (path, bytes) => writeFileSync(path, bytes.subarray(0, bytes.length - 1)),
  empty: (path) => truncateSync(path, 0),
  'longer than it was': (path, bytes) => writeFileSync(path, Buffer.concat([bytes, bytes])),
  'altered in one bit': (path, bytes) => {
    const altered = Buffer.from(bytes);
    const at = Math.floor(bytes.length / 2);
    altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
    writeFileSync(path, altered);
  },
  'writable by others': (path) => chmodSync(path, 0o666),
};

for (const [how, spoil] of Object.entries(SPOILED)) {
  test(`a last good configuration that is ${how} is refused`, async (t) => {
    const { folder, configPath } = await served();
    const path = join(folder, STATE, 'last-good');
    spoil(path, readFileSync(path));
    writeFileSync(configPath, '{');
    const gateway = runPinlatch(['run', '--log-format', 'json', '--state', STATE], { cwd: folder });
    t.equal((await gateway.exited).code, 1);
    const refused = gateway.output.lines.find(({ event }) => event === 'last-good-refused');
    t.match(refused, {
      level: 'error',
      reason: /last-good"(: (its|it|other)| has mode 0666: everybody)/,
    });
    t.match(gateway.errors.text.join('\n'), /gateway\.json:1:/, 'the mistake is named');
  });
}

test('private keys are not in what is kept', async (t) => {
  const { folder, credentials } = await served();
  const kept = readFileSync(join(folder, STATE, 'last-good'), 'latin1');
  t.notOk(kept.includes('PRIVATE KEY'));
  t.ok(kept.includes(credentials.server.pem));
});

test('a state folder that cannot be made is told, and is no reason not to serve', async (t) => {
  const gateway = await startGateway({ args: ['--state', 'gateway.json/state'] });
  t.teardown(() => gateway.stop());
  t.match(await gateway.log.event('state-unusable'), {
    level: 'error',
    reason: /the state folder .*cannot be made: /,
  });
  t.match(await gateway.log.event('last-good-not-kept'), { level: 'warning' });
  t.same(await visit(gateway), [200, 200]);
});
