import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { createAuthority, issueClient, issueServer } from '../support/certificates.js';
import { get } from '../support/front.js';
import { type Config, startGateway } from '../support/gateway.js';
import { connectHttp } from '../support/http-connection.js';
import { proxyConfig } from '../support/proxy-config.js';
import { outcomeOf } from '../support/reloads.js';
import { issueRevocationList } from '../support/revocation-lists.js';
import { startSecureUpstream } from '../support/secure-upstream.js';

test('kept-alive connections to an upstream go on until its rules change', async (t) => {
  const authority = createAuthority('service CA');
  const certificate = issueServer(authority);
  const upstream = await startSecureUpstream({ certificate, clientAuthority: authority });
  t.teardown(() => upstream.close());

  const writeList = (folder: string, number: bigint, serials: readonly bigint[]): void => {
    const revoked = serials.map((serial) => ({ serial }));
    const list = issueRevocationList({ issuer: authority, number, revoked });
    writeFileSync(join(folder, 'services.crl'), list.pem);
  };
  const writeOwn = (folder: string, name: string): void => {
    const own = issueClient(authority, name);
    writeFileSync(join(folder, 'own.crt'), own.pem);
    writeFileSync(join(folder, 'own.key'), own.keyPem, { mode: 0o600 });
  };
  const gateway = await startGateway({
    config: (credentials, folder) => {
      writeFileSync(join(folder, 'services.crt'), authority.pem);
      writeList(folder, 1n, []);
      writeOwn(folder, 'first');
      const own = { cert: 'own.crt', key: 'own.key' };
      const service = { tls: { trust: 'services', certificate: own } };
      const url = `https://127.0.0.1:${upstream.port}`;
      const config = proxyConfig(url, { service, workers: 1 })(credentials);
      const services = { ca: ['services.crt'], crl: { files: ['services.crl'] } };
      return { ...config, watch: false, trust: { ...(config.trust as Config), services } };
    },
  });
  t.teardown(() => gateway.stop());
  const { folder, credentials, port } = gateway;
  const connection = await connectHttp({ port, ...credentials });
  const reload = () => outcomeOf(gateway, () => gateway.signal('SIGHUP'));
  const statusOf = async (): Promise<number> => {
    await connection.send(get('/'));
    return (await connection.readResponse()).status;
  };
  const clients = () => upstream.seen.map(({ client }) => client);

  t.equal(await statusOf(), 200);
  t.equal(await statusOf(), 200);
  t.same(clients(), ['first'], 'kept alive');
  t.match(await reload(), { event: 'reloaded' });
  t.equal(await statusOf(), 200);
  t.same(clients(), ['first'], 'a reload that changes nothing changes nothing');

  writeOwn(folder, 'second');
  t.match(await reload(), { event: 'reloaded' });
  t.equal(await statusOf(), 200);
  t.same(clients(), ['first', 'second'], 'a new certificate of the gateway');

  writeList(folder, 2n, [certificate.serial]);
  t.match(await reload(), { event: 'reloaded' });
  t.equal(await statusOf(), 502, 'the upstream is revoked');
  connection.destroy();
});
