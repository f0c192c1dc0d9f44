/**
 * While one address has thousands of handshakes refused, everything else that is refused keeps its line and stays
 * explainable under its id; of the flood the log tells how much was left out, and why.
 */
import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import type { LogLine } from '../support/child-output.js';
import { call } from '../support/client.js';
import { runPinlatch, startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { inParallel } from '../support/in-parallel.js';
import { generateKey } from '../support/keys.js';
import { largestRefusable, meetRefusal } from '../support/largest-refusable.js';
import { eventually } from '../support/vital-signs.js';

const FLOOD = 600;

async function ask(gateway: TestGateway, args: readonly string[]): Promise<string> {
  const socket = ['--socket', `${gateway.folder}/admin.sock`];
  const program = runPinlatch([...args, ...socket], { cwd: gateway.folder });
  await program.exited;
  return [...program.output.text, ...program.errors.text].join('\n');
}

async function start(): Promise<TestGateway> {
  const gateway = await startGateway({
    drainTimeout: '50ms',
    config: (credentials, folder) => {
      const usual = usualConfig(credentials);
      const route = { name: 'none', match: { path: '/closed' }, allow: ['other'], respond: {} };
      const { clients, routes } = usual as { clients: object; routes: object[] };
      return {
        ...usual,
        admin: { socket: `${folder}/admin.sock` },
        clients: { ...clients, other: { pins: [`sha256:${'ab'.repeat(32)}`] } },
        routes: [...routes, route],
      };
    },
  });
  await gateway.log.event('admin-listening');
  return gateway;
}

/** flood has so many handshakes refused from one address, each with a certificate of its own. */
async function flood({ port, credentials }: TestGateway, localAddress: string): Promise<void> {
  const key = generateKey();
  await inParallel([...Array(FLOOD)], 4, () =>
    meetRefusal({
      ...{ port, authority: credentials.authority, localAddress },
      client: largestRefusable(key),
    }),
  );
}

const isFrom =
  (address: string) =>
  ({ event, remote }: LogLine): boolean =>
    event === 'handshake-refused' && String(remote).startsWith(`${address}:`);

test('a flood is told of by code and number, and counted', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  await flood(gateway, '127.0.0.1');
  const omitted = () =>
    gateway.log.lines
      .filter(({ event }) => event === 'lines-omitted')
      .reduce((sum, { count }) => sum + Number(count), 0);
  const written = () => gateway.log.lines.filter(isFrom('127.0.0.1')).length;
  await eventually(
    () => written() + omitted(),
    (count) => count === FLOOD,
  );
  t.equal(written() + omitted(), FLOOD);
  t.ok(written() < (FLOOD * 2) / 3, `${written()} lines`);
  const sums = gateway.log.lines.filter(({ event }) => event === 'lines-omitted');
  t.match(sums[0], { type: 'security', code: 'unknown-ca', remote: /^127\.0\.0\.1:/ });
  const { counters } = JSON.parse(await ask(gateway, ['status', '--json']));
  t.equal(counters.securityLinesOmitted, omitted());
});

test('what else is refused meanwhile has its line, at the same address too', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const { port, credentials, log } = gateway;
  const { authority, client } = credentials;
  await flood(gateway, '127.0.0.1');
  const stranger = issueClient(authority, 'a trusted stranger');
  const expired = issueClient(authority, 'expired', { notAfter: new Date(Date.now() - 1000) });
  await call({ port, authority, client: stranger, path: '/hello' });
  await call({ port, authority, client, path: '/closed' });
  await meetRefusal({ port, authority, client: expired });
  await meetRefusal({ port, authority, client: largestRefusable(), localAddress: '127.0.0.2' });
  const has = (fields: object) =>
    log.find((line) => Object.entries(fields).every(([key, value]) => line[key] === value));
  const refused = { type: 'security', event: 'request-refused', code: 'not-pinned' };
  await has({ ...refused, subject: 'CN=a trusted stranger' });
  t.match(await has({ ...refused, subject: 'CN=test client' }), { knownAs: 'client' });
  await has({ event: 'handshake-refused', code: 'certificate-expired', subject: 'CN=expired' });
  t.ok(await log.find(isFrom('127.0.0.2')));
});

test('every id that a client was answered with is explained, though its line was left out', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const { port, credentials, log } = gateway;
  const { authority, client } = credentials;
  const answers = await inParallel([...Array(350)], 4, () =>
    call({ port, authority, client, path: '/closed' }),
  );
  const ids = answers.map(({ body }) => JSON.parse(body).requestId as string);
  await flood(gateway, '127.0.0.1');
  const isSum = ({ event, code }: LogLine): boolean =>
    event === 'lines-omitted' && code === 'not-pinned';
  t.ok(
    await eventually(
      () => log.lines.some(isSum),
      (is) => is,
    ),
  );
  const inLog = (id: string): boolean =>
    log.lines.some(({ event, requestId }) => event === 'request-refused' && requestId === id);
  t.ok(ids.filter(inLog).length < ids.length, 'some lines were left out');
  const asked = ids.filter((id) => !inLog(id)).slice(-3);
  for (const id of asked) {
    const said = await ask(gateway, ['explain', id]);
    t.match(said, /refused: GET \/closed on listener "edge"/);
    t.match(said, /not-pinned/);
    t.match(said, /subject +CN=test client/);
  }
});

test('an id is explained while nobody reads the log', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const { port, credentials, child } = gateway;
  const { authority, client } = credentials;
  child.stdout?.pause();
  const path = `/${'x'.repeat(900)}`;
  await inParallel([...Array(400)], 4, () => call({ port, authority, client, path }));
  const { body } = await call({ port, authority, client, path: '/closed' });
  const said = await ask(gateway, ['explain', JSON.parse(body).requestId]);
  t.match(said, /refused: GET \/closed on listener "edge"/);
  child.stdout?.resume();
});

test('a certificate of a client that is shown without proof is named', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const { port, credentials, log, writeConfig, signal } = gateway;
  const { authority, client } = credentials;
  writeConfig({
    ...usualConfig(credentials),
    trust: { clients: { ca: ['ca.crt'], deny: [`sha256:${client.sha256}`] } },
  });
  signal('SIGHUP');
  await log.event('reloaded');
  await flood(gateway, '127.0.0.1');
  await meetRefusal({ port, authority, client });
  const line = await log.find(({ event, knownAs }) => {
    return event === 'handshake-refused' && knownAs === 'client';
  });
  t.match(line, { code: 'certificate-revoked', subject: 'CN=test client' });
});
