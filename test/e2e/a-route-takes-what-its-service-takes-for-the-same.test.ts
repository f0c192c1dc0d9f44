import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { VERSIONS } from '../support/front.js';
import { type Config, makeCredentials, startGateway } from '../support/gateway.js';
import { connectHttp } from '../support/http-connection.js';
import { proxyConfig } from '../support/proxy-config.js';
import { startRecordingUpstream } from '../support/recording-upstream.js';

const WAYS = ['/api/admin', '/api/admin/', '/api/ADMIN', '/API/admin', '/Api/Admin/?q=A'];

// A service that sees no difference, behind a broad route for everybody and a narrow one for one client.
function configFor(url: string, match: Config, boss: { readonly sha256: string }) {
  return proxyConfig(url, {
    workers: 1,
    more: [
      { name: 'admin', match: { path: '/api/admin', ...match }, allow: ['boss'], proxy: 'service' },
    ],
    clients: { boss: { pins: [`sha256:${boss.sha256}`] } },
    allow: 'any-trusted',
  });
}

test('with "trailingSlash" and "ignoreCase", no spelling of a path passes its route', async (t) => {
  const upstream = await startRecordingUpstream();
  t.teardown(() => upstream.close());
  const credentials = makeCredentials();
  const boss = issueClient(credentials.authority, 'boss');
  const match = { trailingSlash: 'same', ignoreCase: true };
  const config = configFor(upstream.url, match, boss);
  const gateway = await startGateway({ credentials, config });
  t.teardown(() => gateway.stop());
  for (const version of VERSIONS) {
    const asked = async (client: typeof boss, path: string): Promise<number> => {
      const { port } = gateway;
      const { authority } = credentials;
      const connection = await connectHttp({ port, authority, client, version });
      await connection.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      const { status } = await connection.readResponse();
      connection.destroy();
      return status;
    };
    const before = upstream.judged().flatMap(({ requests }) => requests).length;
    for (const path of WAYS) {
      t.equal(await asked(credentials.client, path), 403, `${version}, ${path}`);
      t.equal(await asked(boss, path), 200, `${version}, ${path}`);
    }
    t.equal(await asked(credentials.client, '/api/administrator'), 200);
    t.equal(await asked(credentials.client, '/api/admin/users'), 200, 'below it is another route');
    const targets = upstream
      .judged()
      .flatMap(({ requests }) => requests)
      .slice(before)
      .map(({ target }) => target);
    t.same(
      targets,
      [...WAYS, '/api/administrator', '/api/admin/users'],
      `${version}: the service sees what was asked`,
    );
  }
});
