import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, issueServer } from '../support/certificates.js';
import { VERSIONS } from '../support/front.js';
import { type Config, startGateway } from '../support/gateway.js';
import { proxyConfig } from '../support/proxy-config.js';
import { startSecureUpstream } from '../support/secure-upstream.js';

const authority = createAuthority('service CA');

for (const version of VERSIONS) {
  test(`${version}: a service that is somebody else is down`, async (t) => {
    const upstream = await startSecureUpstream({ certificate: issueServer(authority), version });
    t.teardown(() => upstream.close());
    const gateway = await startGateway({
      config: (credentials, folder) => {
        writeFileSync(join(folder, 'services.crt'), authority.pem);
        const health = { path: '/healthz', interval: '1s', unhealthy: 1, healthy: 1 };
        const service = { tls: { trust: 'services' }, health };
        const config = proxyConfig(`https://localhost:${upstream.port}`, { service })(credentials);
        return {
          ...config,
          trust: { ...(config.trust as Config), services: { ca: ['services.crt'] } },
        };
      },
    });
    t.teardown(() => gateway.stop());
    while (upstream.requests() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    t.match(upstream.seen[0], { serverName: 'localhost' });

    upstream.become(issueServer(createAuthority('another CA')));
    const down = await gateway.log.find(({ event }) => event === 'upstream-down');
    t.match(down, { upstream: 'service', endpoint: `localhost:${upstream.port}` });
    t.match(down.reason, /^health check: /);

    upstream.become(issueServer(authority));
    await gateway.log.find(({ event }) => event === 'upstream-up');
  });
}
