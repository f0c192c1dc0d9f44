import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { type IssuedCertificate, issueClient } from '../support/certificates.js';
import {
  type Config,
  type Credentials,
  makeCredentials,
  startGateway,
  type TestGateway,
} from '../support/gateway.js';
import { issueRevocationList } from '../support/revocation-lists.js';
import { tcpConfig } from '../support/tcp-gateway.js';
import { echo, startTcpService } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

interface Site {
  readonly gateway: TestGateway;
  readonly leaver: IssuedCertificate;
  configOf(pinned: readonly IssuedCertificate[], allow?: readonly string[]): Config;
}

function writeList(folder: string, { authority }: Credentials, serials: readonly bigint[]): void {
  const list = issueRevocationList({
    issuer: authority,
    number: BigInt(serials.length + 1),
    revoked: serials.map((serial) => ({ serial })),
  });
  writeFileSync(join(folder, 'ca.crl'), list.pem);
}

async function startSite(url: string): Promise<Site> {
  const credentials = makeCredentials();
  const leaver = issueClient(credentials.authority, 'leaver');
  const configOf: Site['configOf'] = (pinned, allow = ['leaver', 'client']) => ({
    ...tcpConfig(credentials, {
      routes: [
        { serverName: 'plc.local', to: url, allow },
        // Whoever is known may come to this one: no reason to close a connection to the other.
        { serverName: 'open.local', to: url, allow: 'any-trusted' },
      ],
      trust: { crl: { files: ['ca.crl'] } },
      clients: { leaver: { pins: pinned.map(({ sha256 }) => `sha256:${sha256}`) } },
    }),
    drainTimeout: '50ms',
  });
  const gateway = await startGateway({
    credentials,
    config: (_credentials, folder) => {
      writeList(folder, credentials, []);
      return configOf([leaver]);
    },
  });
  return { gateway, leaver, configOf };
}

const CHANGES: Readonly<Record<string, { code: string; make(site: Site): void }>> = {
  'it is revoked': {
    code: 'certificate-revoked',
    make: ({ gateway, leaver }) => writeList(gateway.folder, gateway.credentials, [leaver.serial]),
  },
  'its pin is taken away': {
    code: 'not-pinned',
    make: ({ gateway, configOf }) =>
      gateway.writeConfig(configOf([issueClient(gateway.credentials.authority, 'successor')])),
  },
  'its route does not allow it any more': {
    code: 'not-pinned',
    make: ({ gateway, leaver, configOf }) => gateway.writeConfig(configOf([leaver], ['client'])),
  },
};

for (const [what, change] of Object.entries(CHANGES)) {
  test(`when ${what} a client's connections are cut, and its neighbour's go on`, async (t) => {
    const service = await startTcpService(echo);
    const site = await startSite(service.url);
    const { gateway, leaver } = site;
    const { port, credentials } = gateway;
    const { authority, client: stayer } = credentials;
    const open = (client: IssuedCertificate, version: (typeof VERSIONS)[number]) =>
      Tunnel.open({ port, authority, client, version, servername: 'plc.local' });
    const leaving = await Promise.all([...VERSIONS, ...VERSIONS].map((one) => open(leaver, one)));
    const staying = await Promise.all([...VERSIONS, ...VERSIONS].map((one) => open(stayer, one)));
    for (const tunnel of [...leaving, ...staying]) {
      tunnel.write('a');
      await tunnel.until(({ length }) => length === 1);
    }
    t.equal(service.open(), 8);

    change.make(site);
    gateway.signal('SIGHUP');
    for (const tunnel of leaving) t.equal(await tunnel.closed, 'broken');
    const closed = await gateway.log.find(({ event }) => event === 'connection-closed');
    t.match(closed, { code: change.code, fingerprint: `sha256:${leaver.sha256}` });
    const evicted = () =>
      gateway.log.lines.filter(({ type, reason }) => type === 'access' && reason === 'evicted');
    await gateway.log.find(() => evicted().length >= leaving.length);
    t.equal(evicted().length, leaving.length);
    for (const tunnel of staying) {
      tunnel.write('b');
      t.equal((await tunnel.until(({ length }) => length === 2)).toString(), 'ab');
      tunnel.destroy();
    }
    await service.close();
    await gateway.stop();
  });
}
