import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, issueClient } from '../support/certificates.js';
import type { LogLine } from '../support/child-output.js';
import { call } from '../support/client.js';
import { runPinlatch, startGateway, type TestGateway, usualConfig } from '../support/gateway.js';

interface Said {
  readonly code: number | null;
  readonly text: string;
}

async function explain({ folder }: TestGateway, args: readonly string[]): Promise<Said> {
  const program = runPinlatch(['explain', ...args], { cwd: folder });
  const { code } = await program.exited;
  return { code, text: [...program.output.text, ...program.errors.text].join('\n') };
}

/** explainId asks about an id, from the log as it stands. */
function explainId(gateway: TestGateway, id: unknown): Promise<Said> {
  writeFileSync(join(gateway.folder, 'log'), `${gateway.log.text.join('\n')}\n`);
  return explain(gateway, [String(id), '--log', 'log']);
}

test('the id that a client was answered with explains its refusal, and the line that is offered lets it in', async (t) => {
  const gateway = await startGateway({ drainTimeout: '50ms' });
  t.teardown(() => gateway.stop());
  const { port, credentials, log } = gateway;
  const { authority } = credentials;
  const client = issueClient(authority, 'a stranger');
  const ask = () => call({ port, authority, client, path: '/hello' });
  const refused = JSON.parse((await ask()).body);
  t.equal(refused.code, 'not-pinned');
  await log.find(({ type, requestId }) => type === 'access' && requestId === refused.requestId);
  const said = await explainId(gateway, refused.requestId);
  t.equal(said.code, 0);
  t.same(await explainId(gateway, refused.instance), said, 'also as the client quotes it');
  t.match(said.text, /^refused: GET \/hello on listener "edge"/);
  t.match(said.text, /CN=a stranger/);
  const pasted = /"clients": \{[\s\S]*\}/.exec(said.text)?.[0] ?? '';
  const { clients } = JSON.parse(`{${pasted}}`);
  t.same(Object.keys(clients), ['client']);
  gateway.writeConfig({ ...usualConfig(credentials), clients });
  gateway.signal('SIGHUP');
  await log.event('reloaded');
  t.equal((await ask()).status, 200);
});

test('a refused handshake is explained by the id in the log, or by the address of the client', async (t) => {
  const gateway = await startGateway({ drainTimeout: '50ms' });
  t.teardown(() => gateway.stop());
  const { port, credentials, log } = gateway;
  const client = issueClient(createAuthority('elsewhere'), 'a foreigner');
  await t.rejects(call({ port, authority: credentials.authority, client, path: '/hello' }));
  const isRefusal = ({ event }: LogLine): boolean => event === 'handshake-refused';
  const { handshakeId, remote } = await log.find(isRefusal);
  for (const key of [handshakeId, remote, '127.0.0.1']) {
    const said = await explainId(gateway, key);
    t.equal(said.code, 0);
    t.match(said.text, /unknown-ca: /);
    t.match(said.text, /subject +CN=a foreigner/);
    t.match(said.text, /issuer +CN=elsewhere/);
  }
  t.match(await explainId(gateway, 'nobody'), { code: 2, text: /no refusal in the log/ });
});

test('a log of many megabytes is searched like any other', async (t) => {
  const gateway = await startGateway({ drainTimeout: '50ms' });
  t.teardown(() => gateway.stop());
  const { port, credentials, log } = gateway;
  const client = issueClient(createAuthority('elsewhere'), 'a foreigner');
  await t.rejects(call({ port, authority: credentials.authority, client, path: '/hello' }));
  const { handshakeId } = await log.find(({ event }) => event === 'handshake-refused');
  const line = `${JSON.stringify({ time: 0, type: 'access', padding: 'x'.repeat(1000) })}\n`;
  const file = join(gateway.folder, 'long-log');
  writeFileSync(file, `${line.repeat(20_000)}${gateway.log.text.join('\n')}\n`);
  const said = await explain(gateway, [String(handshakeId), '--log', 'long-log']);
  t.match(said, { code: 0, text: /unknown-ca: / });
});

test('the gateway explains the newest refusal of an address, with its port or without', async (t) => {
  const gateway = await startGateway({
    drainTimeout: '50ms',
    config: (credentials) => ({ ...usualConfig(credentials), admin: { socket: 'admin.sock' } }),
  });
  t.teardown(() => gateway.stop());
  const { port, credentials, log } = gateway;
  const client = issueClient(createAuthority('elsewhere'), 'a foreigner');
  await t.rejects(call({ port, authority: credentials.authority, client, path: '/hello' }));
  const { remote } = await log.find(({ event }) => event === 'handshake-refused');
  for (const key of ['127.0.0.1', String(remote)]) {
    const said = await explain(gateway, [key, '--socket', 'admin.sock']);
    t.equal(said.code, 0, key);
    t.match(said.text, /subject +CN=a foreigner/, key);
  }
  t.match(await explain(gateway, ['127.0.0.9', '--socket', 'admin.sock']), { code: 2 });
});

test('a dry run says what the gateway says', async (t) => {
  const gateway = await startGateway({ drainTimeout: '50ms' });
  t.teardown(() => gateway.stop());
  const { folder, credentials } = gateway;
  const stranger = issueClient(credentials.authority, 'a stranger');
  const foreigner = issueClient(createAuthority('elsewhere'), 'a foreigner');
  writeFileSync(join(folder, 'client.crt'), credentials.client.pem);
  writeFileSync(join(folder, 'stranger.der'), stranger.der);
  writeFileSync(join(folder, 'foreigner.crt'), foreigner.pem);
  const url = 'https://localhost:8443/hello?x=1';
  const dry = (who: readonly string[], where = url, method = 'GET') =>
    explain(gateway, [...who, '--route', method, where]);
  const says = async (asked: Promise<Said>, code: number, text: RegExp | string) =>
    t.match(await asked, { code, text });
  const client = ['--cert', 'client.crt'];
  const unpinned = 'not-pinned: the certificate matches no client';
  // Each is a process of its own, so all of them at once.
  await Promise.all([
    says(dry(client), 0, /^admitted: GET/),
    says(dry(['--cert', 'stranger.der']), 1, unpinned),
    says(dry(['--cert', 'stranger.der', '--chain', 'ca.crt']), 1, unpinned),
    says(dry(['--cert', 'foreigner.crt']), 1, 'unknown-ca: the handshake fails'),
    says(dry(['--anonymous']), 1, 'client-certificate-missing'),
    says(
      dry(client, 'https://localhost/nowhere'),
      1,
      'no-route: no route of this listener matches',
    ),
    says(dry(client, 'https://localhost/a/..%2fhello'), 1, 'bad-path'),
    says(dry([]), 2, 'name the client by either --cert'),
    says(dry([...client, '--anonymous']), 2, 'name the client by either --cert'),
    says(
      dry([...client, '--listener', 'other']),
      2,
      'there is no listener "other"; the listeners are "edge"',
    ),
    says(dry(client, 'http://localhost/'), 2, 'is not a URL such as'),
  ]);
});
