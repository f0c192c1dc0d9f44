import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { createAuthority, issueServer } from '../support/certificates.js';
import { get } from '../support/front.js';
import { type Config, makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { connectHttp } from '../support/http-connection.js';
import { startVersionConfuser } from '../support/version-confuser.js';
import { eventually } from '../support/vital-signs.js';

const authority = createAuthority('service CA');
const own = issueServer(authority, 'app', [{ ip: '127.0.0.1' }]);
const credentials = makeCredentials();
const ALERT = 21;

const startBefore = (port: number, provider: string, minVersion: string) =>
  startGateway({
    credentials,
    config: (usual, folder) => {
      writeFileSync(join(folder, 'services.crt'), authority.pem);
      const config = usualConfig(usual);
      const tls = { trust: 'services', minVersion };
      return {
        ...config,
        crypto: { provider },
        trust: { ...(config.trust as Config), services: { ca: ['services.crt'] } },
        upstreams: { confuser: { endpoints: [`https://127.0.0.1:${port}`], tls } },
        routes: [{ name: 'all', match: { path: '/*' }, allow: ['client'], proxy: 'confuser' }],
      };
    },
  });

for (const provider of ['host', 'portable']) {
  for (const minVersion of ['1.2', '1.3']) {
    for (const version of [0x0304, 0x0303]) {
      const what = `${provider}, minVersion ${minVersion}, ServerHello of ${version.toString(16)}`;
      test(`a handshake without a key exchange carries no request: ${what}`, async (t) => {
        const confuser = await startVersionConfuser(own, version);
        t.teardown(() => confuser.close());
        const gateway = await startBefore(confuser.port, provider, minVersion);
        t.teardown(() => gateway.stop());
        const { authority: ca, client } = credentials;
        const connection = await connectHttp({ port: gateway.port, authority: ca, client });
        await connection.send(get('/secret'));
        const response = await connection.readResponse();
        t.equal(response.status, 502);
        t.equal(JSON.parse(response.body.toString()).code, 'upstream-tls-failed');
        connection.destroy();
        const told = () => confuser.records.length;
        t.ok(await eventually(told, (records) => records > 0), 'the service is told');
        for (const { type, content } of confuser.records) {
          t.equal(type, ALERT, 'nothing but alerts leaves');
          t.equal(content[0], 2, 'fatal ones');
        }
      });
    }
  }
}
