import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, issueServer } from '../support/certificates.js';
import { call } from '../support/client.js';
import { VERSIONS } from '../support/front.js';
import { type Config, startGateway } from '../support/gateway.js';
import { proxyConfig } from '../support/proxy-config.js';
import { startSecureUpstream } from '../support/secure-upstream.js';

test('the final dot of a configured name is no part of the server name', async (t) => {
  const authority = createAuthority('service CA');
  const certificate = issueServer(authority, 'app', [{ dns: 'app.internal' }]);
  for (const version of VERSIONS) {
    const upstream = await startSecureUpstream({ certificate, version });
    t.teardown(() => upstream.close());
    const gateway = await startGateway({
      config: (credentials, folder) => {
        writeFileSync(join(folder, 'services.crt'), authority.pem);
        const service = { tls: { trust: 'services', serverName: 'app.internal.' } };
        const url = `https://127.0.0.1:${upstream.port}`;
        const config = proxyConfig(url, { service })(credentials);
        const trust = { ...(config.trust as Config), services: { ca: ['services.crt'] } };
        return { ...config, trust };
      },
    });
    t.teardown(() => gateway.stop());
    const { port, credentials } = gateway;
    const { authority: own, client } = credentials;
    t.equal((await call({ port, authority: own, client })).status, 200, version);
    t.equal(upstream.seen[0]?.serverName, 'app.internal', version);
  }
});
