import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { test } from 'tap';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';
import { call } from '../support/client.js';
import { makeCredentials, startGateway, type TestGateway } from '../support/gateway.js';
import { proxyConfig } from '../support/proxy-config.js';
import { adminConfig, askAdmin, reloadByCommand, visit } from '../support/reloads.js';
import { startSecureUpstream } from '../support/secure-upstream.js';
import { TestClock } from '../support/test-clock.js';

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** presented is the SHA-256 of what the gateway presents, for each version of TLS. */
function presented({ port, credentials }: TestGateway, servername?: string) {
  const { client } = credentials;
  const ask = (version: (typeof VERSIONS)[number]) =>
    new Promise<string>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, cert: client.pem, key: client.keyPem };
      const versions = { minVersion: version, maxVersion: version, rejectUnauthorized: false };
      const named = servername === undefined ? {} : { servername };
      const socket = connect({ ...options, ...versions, ...named }, () => {
        const { fingerprint256 }: PeerCertificate = socket.getPeerCertificate();
        socket.destroy();
        resolve(fingerprint256.replaceAll(':', '').toLowerCase());
      });
      socket.on('error', reject);
    });
  return Promise.all(VERSIONS.map(ask));
}

const both = ({ sha256 }: IssuedCertificate) => [sha256, sha256];

function replacePair(folder: string, name: string, next: IssuedCertificate): void {
  for (const [file, text] of [
    [`${name}.crt`, next.pem],
    [`${name}.key`, next.keyPem],
  ] as const) {
    writeFileSync(join(folder, `new-${file}`), text, { mode: 0o600 });
    renameSync(join(folder, `new-${file}`), join(folder, file));
  }
}

const isOver = (line: { readonly event?: string; readonly code?: unknown }): boolean =>
  line.event === 'config-issue-over' && line.code === 'certificate-waits';

test('the one before it serves until then, and nobody has to do anything', async (t) => {
  const clock = new TestClock();
  const credentials = makeCredentials();
  const gateway = await startGateway({
    credentials,
    env: clock.env,
    config: () => ({ ...adminConfig(credentials), watch: false }),
  });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  const { authority, server } = credentials;
  const begins = clock.inSeconds(600);
  const next = issueServer(authority, 'localhost', undefined, { notBefore: begins });
  replacePair(gateway.folder, 'server', next);
  t.match(await reloadByCommand(gateway), { status: 200, body: { ok: true } });
  t.match(
    gateway.log.lines.find(({ code }) => code === 'certificate-waits'),
    { level: 'warning', at: '/listeners/edge/certificates/0', found: /is not valid before/ },
  );
  t.same(await presented(gateway), both(server));
  t.same(await presented(gateway, 'localhost'), both(server));
  t.same(await visit(gateway), [200, 200]);
  // A reload for another reason, while it waits.
  t.match(await reloadByCommand(gateway), { body: { ok: true } });
  t.same(await presented(gateway), both(server));

  const { generation } = (await askAdmin(gateway.folder, 'GET', '/v1/views/status')).body;
  await clock.setJustBefore(gateway, begins);
  await gateway.log.find(isOver);
  t.same(await presented(gateway), both(next));
  t.same(await presented(gateway, 'localhost'), both(next));
  const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
  t.match(body, { generation, lastReload: { issues: [] } }, 'no reload was needed');
});

test('a certificate for a service waits as well', async (t) => {
  const authority = createAuthority('service CA');
  const certificate = issueServer(authority);
  const asks = { clientAuthority: authority, isLenient: true };
  const service = await startSecureUpstream({ certificate, ...asks });
  t.teardown(() => service.close());
  const clock = new TestClock();
  const first = issueClient(authority, 'first');
  const config = proxyConfig(`https://127.0.0.1:${service.port}`, {
    service: {
      maxIdle: 0,
      tls: { trust: 'services', certificate: { cert: 'own.crt', key: 'own.key' } },
    },
    trust: { services: { ca: ['services.crt'] } },
    files: { 'services.crt': authority.pem, 'own.crt': first.pem, 'own.key': first.keyPem },
    workers: 1,
  });
  const gateway = await startGateway({ config, env: clock.env });
  t.teardown(() => gateway.stop());
  const { port, credentials, log, folder } = gateway;
  const ask = async () => (await call({ port, ...credentials, path: '/' })).status;
  const begins = clock.inSeconds(600);
  replacePair(folder, 'own', issueClient(authority, 'second', { notBefore: begins }));
  await log.find(({ code }) => code === 'certificate-waits');
  await log.event('reloaded');
  t.equal(await ask(), 200);
  await clock.setJustBefore(gateway, begins);
  await log.find(isOver);
  t.equal(await ask(), 200);
  t.same(
    service.seen.map((seen) => seen.client),
    ['first', 'second'],
  );
  t.match(log.lines.find(isOver), { at: '/upstreams/service/tls/certificate' });
});
