import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { createAuthority, issueClient, issueServer } from '../support/certificates.js';
import { get, VERSIONS } from '../support/front.js';
import { type Config, startGateway } from '../support/gateway.js';
import { connectHttp } from '../support/http-connection.js';
import { proxyConfig } from '../support/proxy-config.js';
import { startSecureUpstream } from '../support/secure-upstream.js';

const authority = createAuthority('service CA');
const own = issueClient(authority, 'the gateway');
const certificate = issueServer(authority);

for (const version of VERSIONS) {
  for (const shows of [true, false]) {
    test(`${version}: a gateway that ${shows ? 'shows' : 'has no'} certificate`, async (t) => {
      const upstream = await startSecureUpstream({
        certificate,
        version,
        clientAuthority: authority,
      });
      t.teardown(() => upstream.close());
      const gateway = await startGateway({
        config: (credentials, folder) => {
          writeFileSync(join(folder, 'services.crt'), authority.pem);
          writeFileSync(join(folder, 'own.crt'), own.pem);
          writeFileSync(join(folder, 'own.key'), own.keyPem, { mode: 0o600 });
          const pair = shows ? { certificate: { cert: 'own.crt', key: 'own.key' } } : {};
          const service = { tls: { trust: 'services', ...pair } };
          const config = proxyConfig(`https://localhost:${upstream.port}`, { service })(
            credentials,
          );
          const services = { ca: ['services.crt'] };
          return { ...config, trust: { ...(config.trust as Config), services } };
        },
      });
      t.teardown(() => gateway.stop());
      const { credentials, port } = gateway;
      const connection = await connectHttp({ port, ...credentials, version });
      await connection.send(get('/'));
      const response = await connection.readResponse();
      connection.destroy();
      if (shows) {
        t.equal(response.status, 200);
        t.match(upstream.seen, [{ serverName: 'localhost', client: 'the gateway' }]);
        return;
      }
      // In TLS 1.3 the client's side of the handshake is over before the server can refuse.
      const { code } = JSON.parse(response.body.toString());
      t.equal(code, version === 'TLSv1.2' ? 'upstream-tls-failed' : 'upstream-reset');
      const id = response.header('x-request-id');
      const line = await gateway.log.find(({ requestId }) => requestId === id);
      t.match(line, { code, source: 'upstream' });
      t.equal(upstream.requests(), 0);
    });
  }
}
