import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import { test } from 'tap';
import { createAuthority, type IssuedCertificate, issueClient } from '../support/certificates.js';
import type { LogLine } from '../support/child-output.js';
import { call } from '../support/client.js';
import {
  type Config,
  type Credentials,
  makeCredentials,
  startGateway,
  type TestGateway,
} from '../support/gateway.js';
import { type KeptAlive, keepAlive } from '../support/kept-alive.js';
import { RawClient } from '../support/raw-client.js';
import { issueRevocationList } from '../support/revocation-lists.js';
import { TestClock } from '../support/test-clock.js';

const VERSIONS: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];

/** Site has two clients that the configuration pins, of an authority each. */
interface Site {
  readonly gateway: TestGateway;
  readonly leaver: IssuedCertificate;
  readonly stayer: IssuedCertificate;
  readonly leaverAuthority: IssuedCertificate;
}

interface Settings {
  readonly pinned: readonly IssuedCertificate[];
  readonly ca: readonly string[];
}

function configWith({ pinned, ca }: Settings): Config {
  return {
    workers: 2,
    trust: { clients: { ca, crl: { files: ['all.crl'] } } },
    clients: Object.fromEntries(
      pinned.map(({ sha256 }, i) => [`client-${i}`, { pins: [`sha256:${sha256}`] }]),
    ),
    listeners: {
      edge: {
        bind: '127.0.0.1:0',
        certificates: [{ cert: 'server.crt', key: 'server.key' }],
        clientAuth: 'required',
        trust: 'clients',
      },
    },
    routes: [
      {
        name: 'hello',
        match: { path: '/hello' },
        allow: pinned.map((_, i) => `client-${i}`),
        respond: { json: { hello: true } },
      },
    ],
  };
}

function writeLists(
  folder: string,
  number: bigint,
  { authority }: Credentials,
  { leaverAuthority, leaver }: Pick<Site, 'leaverAuthority' | 'leaver'>,
): void {
  const revoked = number > 1n ? [{ serial: leaver.serial }] : [];
  const lists = [
    issueRevocationList({ issuer: authority, number }),
    issueRevocationList({ issuer: leaverAuthority, number, revoked }),
  ];
  writeFileSync(join(folder, 'all.crl'), lists.map(({ pem }) => pem).join(''));
}

async function startSite(env: NodeJS.ProcessEnv = {}): Promise<Site> {
  const credentials = makeCredentials();
  const leaverAuthority = createAuthority('CA of the leaver');
  const leaver = issueClient(leaverAuthority, 'leaver');
  const { client: stayer } = credentials;
  const gateway = await startGateway({
    credentials,
    env,
    drainTimeout: '50ms',
    config: (_usual, folder) => {
      writeFileSync(join(folder, 'leaver-ca.crt'), leaverAuthority.pem);
      writeLists(folder, 1n, credentials, { leaverAuthority, leaver });
      return configWith({ pinned: [leaver, stayer], ca: ['ca.crt', 'leaver-ca.crt'] });
    },
  });
  return { gateway, leaver, stayer, leaverAuthority };
}

const closings = ({ log }: TestGateway): readonly LogLine[] =>
  log.lines.filter(({ event }) => event === 'connection-closed');

/** Change takes the leaver's access away and says which code the log gives as the reason. */
interface Change {
  readonly code: string;
  /** What a request meets afterwards. */
  readonly after: number | string;
  make(site: Site): void;
}

const CHANGES: Readonly<Record<string, Change>> = {
  'it is revoked': {
    code: 'certificate-revoked',
    after: 'alert 44',
    make: (site) => writeLists(site.gateway.folder, 2n, site.gateway.credentials, site),
  },
  'its pin is taken away': {
    code: 'not-pinned',
    after: 403,
    make: ({ gateway, stayer }) =>
      gateway.writeConfig(configWith({ pinned: [stayer], ca: ['ca.crt', 'leaver-ca.crt'] })),
  },
  'its authority is taken away': {
    code: 'unknown-ca',
    after: 'alert 48',
    make: ({ gateway, stayer, leaver }) =>
      gateway.writeConfig(configWith({ pinned: [leaver, stayer], ca: ['ca.crt'] })),
  },
};

/** connectAll opens connections of one client on both versions, enough for each worker to have some, and uses them. */
async function connectAll(
  gateway: TestGateway,
  client: IssuedCertificate,
  ofEach: number,
): Promise<readonly KeptAlive[]> {
  const all = await Promise.all(
    VERSIONS.flatMap((version) =>
      Array.from({ length: ofEach }, () => keepAlive(gateway, client, version)),
    ),
  );
  for (const one of all) await one.get('/hello');
  return all;
}

/** ticketsOf takes a ticket of each version of TLS, and ends the connections that it came on. */
function ticketsOf(
  { port, credentials: { authority } }: TestGateway,
  client: IssuedCertificate,
): Promise<readonly Buffer[]> {
  const ticketOf = async (version: SecureVersion): Promise<Buffer> => {
    const connection = await RawClient.connect({ port, authority, client, version });
    const ticket = await connection.ticket();
    connection.destroy();
    return ticket;
  };
  return Promise.all(VERSIONS.map(ticketOf));
}

/** comeBack asks by these tickets, one of each version, and resolves with the statuses, or the alerts. */
function comeBack(
  { port, credentials: { authority } }: TestGateway,
  client: IssuedCertificate,
  tickets: readonly Buffer[],
): Promise<readonly unknown[]> {
  const asked = VERSIONS.map((version, i) =>
    call({ port, authority, client, version, session: tickets[i] as Buffer, path: '/hello' }).then(
      ({ status }) => status,
      (error) => `alert ${/SSL alert number (\d+)/.exec(String(error))?.[1] ?? error}`,
    ),
  );
  return Promise.all(asked);
}

for (const [name, { code, after, make }] of Object.entries(CHANGES)) {
  test(`a client's connections and tickets end when ${name}, and others do not`, async (t) => {
    const site = await startSite();
    const { gateway, leaver, stayer } = site;
    t.teardown(() => gateway.stop());
    const beside = await connectAll(gateway, stayer, 1);
    const leaving = await connectAll(gateway, leaver, 4);
    const tickets = await ticketsOf(gateway, leaver);
    const changed = Date.now();
    make(site); // and nobody says so: the file is watched
    const ends = await Promise.all(leaving.map((one) => one.ended()));
    t.comment(`out ${Date.now() - changed} ms after the file changed`);
    t.same(ends, Array(8).fill(''), 'each with close_notify');
    t.same(await comeBack(gateway, leaver, tickets), [after, after]);
    for (const one of beside) t.match(await one.get('/hello'), /200 OK/);
    await gateway.log.find(() => closings(gateway).length === 8);
    t.match(closings(gateway)[0], {
      ...{ type: 'security', code, listener: 'edge', subject: 'CN=leaver' },
      ...{ connectionId: /^[0-9a-f]{32}$/, fingerprint: `sha256:${leaver.sha256}` },
      requestInFlight: false,
    });
    t.equal(closings(gateway).filter((line) => line.code === code).length, 8);
  });
}

test("a client's connections end when its certificate expires, and others do not", async (t) => {
  const clock = new TestClock();
  const { gateway, leaverAuthority, stayer } = await startSite(clock.env);
  t.teardown(() => gateway.stop());
  const beside = await connectAll(gateway, stayer, 1);
  const notAfter = clock.inSeconds(600);
  const brief = issueClient(leaverAuthority, 'leaver', { notAfter });
  gateway.writeConfig(configWith({ pinned: [brief, stayer], ca: ['ca.crt', 'leaver-ca.crt'] }));
  gateway.signal('SIGHUP');
  await gateway.log.event('reloaded');
  const leaving = await connectAll(gateway, brief, 2);
  await clock.setJustBefore(gateway, notAfter);
  t.same(await Promise.all(leaving.map((one) => one.ended())), Array(4).fill(''));
  for (const one of beside) t.match(await one.get('/hello'), /200 OK/);
  await gateway.log.find(() => closings(gateway).length === 4);
  t.match(closings(gateway)[0], { code: 'certificate-expired', subject: 'CN=leaver' });
});

test('a reload that changes nothing for anybody leaves all connections alone', async (t) => {
  const { gateway, leaver, stayer } = await startSite();
  t.teardown(() => gateway.stop());
  const all = [
    ...(await connectAll(gateway, leaver, 1)),
    ...(await connectAll(gateway, stayer, 1)),
  ];
  for (let i = 1; i <= 5; i++) {
    gateway.signal('SIGHUP');
    await gateway.log.find(() => {
      return gateway.log.lines.filter(({ event }) => event === 'reloaded').length === i;
    });
    for (const one of all) t.match(await one.get('/hello'), /200 OK/);
  }
  t.same(closings(gateway), []);
});
