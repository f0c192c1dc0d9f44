import { test } from 'tap';
import { VERSIONS } from '../support/front.js';
import { startGateway } from '../support/gateway.js';
import { connectHttp } from '../support/http-connection.js';
import { proxyConfig } from '../support/proxy-config.js';
import { startRecordingUpstream } from '../support/recording-upstream.js';
import { valuesOf } from '../support/strict-http-reader.js';

test('a final dot, which the gateway passes over, does not reach the service', async (t) => {
  const upstream = await startRecordingUpstream();
  t.teardown(() => upstream.close());
  const gateway = await startGateway({
    config: (credentials) => {
      const config = proxyConfig(upstream.url, { workers: 1, forwardIdentity: ['rfc7239'] })(
        credentials,
      );
      const routes = config.routes as readonly { readonly match: object }[];
      // The only route is that of the host.
      return {
        ...config,
        routes: routes.map((route) => ({ ...route, match: { ...route.match, host: 'open.test' } })),
      };
    },
  });
  t.teardown(() => gateway.stop());
  const { port, credentials } = gateway;
  const hosts = { 'open.test.': 'open.test', 'OPEN.test.:8443': 'OPEN.test:8443', 'Open.Test': '' };
  let asked = 0;
  for (const version of VERSIONS) {
    const connection = await connectHttp({ port, ...credentials, version });
    for (const [host, told] of Object.entries(hosts)) {
      await connection.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      t.equal((await connection.readResponse()).status, 200, host);
      const request = upstream.judged().flatMap(({ requests }) => requests)[asked++];
      const fields = request?.fields ?? [];
      const expected = told === '' ? host : told;
      t.same(valuesOf(fields, 'host'), [expected], `${version}, ${host}`);
      t.same(valuesOf(fields, 'x-forwarded-host'), [expected]);
      t.match(valuesOf(fields, 'forwarded')[0], `host="${expected}"`);
    }
    connection.destroy();
  }
});
