import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';
import { call } from '../support/client.js';
import { VERSIONS } from '../support/front.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { RawClient } from '../support/raw-client.js';
import { startNamedGateway } from '../support/server-names.js';
import { tcpConfig } from '../support/tcp-gateway.js';
import { readProxyHeader, startTcpService } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';

const SAME = ['open.test', 'open.test.', 'OPEN.Test', 'Open.TEST.'];

interface Site {
  readonly gateway: TestGateway;
  /** Trusted for open.test only. */
  readonly guest: IssuedCertificate;
  readonly named: { accepted(): number };
  readonly rest: { accepted(): number };
}

// A name with other trust than the rest, and a service for each.
async function startSite(t: Test): Promise<Site> {
  const authority = createAuthority('guests');
  const guest = issueClient(authority, 'guest');
  const named = await startTcpService((socket) => socket.pipe(socket));
  const rest = await startTcpService((socket) => socket.pipe(socket));
  const gateway = await startGateway({
    drainTimeout: '50ms',
    config: (credentials, folder) => {
      writeFileSync(join(folder, 'guests.crt'), authority.pem);
      const server = issueServer(credentials.authority, 'open', [{ dns: 'open.test' }]);
      writeFileSync(join(folder, 'open.crt'), server.pem);
      writeFileSync(join(folder, 'open.key'), server.keyPem, { mode: 0o600 });
      const allow = 'any-trusted';
      const more = { sendProxyProtocol: 'v2' };
      const config = tcpConfig(credentials, {
        routes: [
          { serverName: 'open.test', to: named.url, allow, more },
          { serverName: '*', to: rest.url, allow },
        ],
        listener: {
          names: { 'open.test': { trust: 'guests' } },
          certificates: [
            { cert: 'server.crt', key: 'server.key' },
            { cert: 'open.crt', key: 'open.key' },
          ],
        },
      });
      const { clients } = config.trust as { readonly clients: object };
      return { ...config, trust: { clients, guests: { ca: ['guests.crt'] } } };
    },
  });
  t.teardown(async () => {
    await Promise.all([named.close(), rest.close()]);
    await gateway.stop();
  });
  return { gateway, guest, named, rest };
}

test('however it is written, a name has its own trust, its own service and one spelling', async (t) => {
  const { gateway, guest, rest } = await startSite(t);
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  for (const version of VERSIONS) {
    for (const servername of SAME) {
      const what = `${version}, ${servername}`;
      const tunnel = await Tunnel.open({ port, authority, version, servername, client: guest });
      tunnel.write('hello');
      const header = readProxyHeader(await tunnel.until((bytes) => bytes.includes('hello')));
      t.equal(header.fields.get(0x02)?.toString(), 'open.test', `${what}: the service is told`);
      tunnel.end();
      await tunnel.closed;
      const id = header.fields.get(0x05)?.toString();
      const line = await gateway.log.find(
        ({ type, requestId }) => type === 'access' && requestId === id,
      );
      t.match(line, { serverName: 'open.test', route: 'route-0', client: '' }, what);
      const other = await Tunnel.open({ port, authority, version, servername, client }).then(
        (opened) => opened.closed,
        () => 'refused',
      );
      t.not(other, 'ended', `${what}: who is trusted for the rest is not trusted here`);
    }
  }
  t.equal(rest.accepted(), 0);
  const refused = () => gateway.log.lines.filter(({ event }) => event === 'handshake-refused');
  await gateway.log.find(() => refused().length === VERSIONS.length * SAME.length);
  for (const line of refused()) t.match(line, { code: 'unknown-ca', serverName: 'open.test' });
});

test('what cannot be a server name is refused, and an address is none', async (t) => {
  const { gateway, named, rest } = await startSite(t);
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  for (const version of VERSIONS) {
    const open = (servername: string) =>
      Tunnel.open({ port, authority, version, servername, client });
    for (const servername of ['.', 'a..b', '.open.test', 'open.test..', 'open.test:443']) {
      await t.rejects(open(servername), /alert number 112|unrecognized name/i, servername);
      const line = await gateway.log.find(
        ({ code, detail }) =>
          code === 'unknown-server-name' && String(detail).includes(`"${servername}"`),
      );
      t.match(line, { event: 'handshake-refused', alertSent: 112 });
    }
    for (const servername of ['127.0.0.1', '::1', 'a_b.c-d']) {
      const tunnel = await open(servername);
      tunnel.write('x');
      await tunnel.until(({ length }) => length === 1);
      tunnel.end();
      await tunnel.closed;
    }
  }
  t.equal(named.accepted(), 0);
  t.equal(rest.accepted(), 3 * VERSIONS.length);
});

test('a ticket of a name is one for every spelling of it, and for no other name', async (t) => {
  const { gateway, guest } = await startSite(t);
  const { port, credentials } = gateway;
  const { authority } = credentials;
  for (const version of VERSIONS) {
    const usual = { port, authority, version, client: guest };
    const first = await RawClient.connect({ ...usual, servername: 'open.test.' });
    const session = await first.ticket();
    first.destroy();
    for (const servername of SAME) {
      const again = await RawClient.connect({ ...usual, servername, session });
      t.ok(again.resumed, `${version}, ${servername}`);
      again.destroy();
    }
  }
});

test('over HTTP, the final dot of a server name is no way around 421 or unknownNames', async (t) => {
  const gateway = await startNamedGateway({ unknownNames: 'refuse' });
  t.teardown(() => gateway.stop());
  const { port } = gateway;
  const { authority, client } = gateway.credentials;
  const cases: readonly (readonly [servername: string, host: string, outcome: number])[] = [
    ['localhost.', 'localhost', 200],
    ['LOCALHOST.', 'localhost.', 200],
    ['localhost', 'localhost.', 200],
    ['open.edge.local.', 'open.edge.local', 200],
    ['open.edge.local.', 'localhost', 421],
    ['open.edge.local.', 'localhost.', 421],
    ['localhost.', 'open.edge.local.', 421],
    ['by-its-certificate.edge.local.', 'localhost', 200],
    ['stranger.example.', 'localhost', 112],
  ];
  for (const version of VERSIONS) {
    for (const [servername, host, expected] of cases) {
      const target = { port, authority, client, version, servername, path: '/hello' };
      const outcome = await call({ ...target, headers: { host } }).then(
        ({ status }) => status,
        (error) => Number(/SSL alert number (\d+)/.exec(String(error))?.[1] ?? error),
      );
      t.equal(outcome, expected, `${version}, ${servername} to ${host}`);
    }
  }
});
