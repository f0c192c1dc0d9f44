import { test } from 'tap';

import { get, startFront, VERSIONS } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

test('the upstream and the client get what the route says', async (t) => {
  const upstream = await startUpstream((_request, response) => {
    response.setHeader('Server', 'secret/1.0');
    response.setHeader('Vary', 'Accept');
    response.setHeader('Cache-Control', 'public');
    response.end('ok');
  });
  t.teardown(() => upstream.close());
  const route = (path: string, more: object) => ({
    name: path.split('/')[1],
    match: { path },
    allow: ['client'],
    proxy: 'service',
    ...more,
  });
  const headers = {
    request: { set: { 'X-Role': 'user' }, add: { 'X-Tag': 'edge' }, remove: ['Cookie'] },
    response: {
      set: { 'Cache-Control': 'no-store' },
      add: { Vary: 'Origin' },
      remove: ['Server'],
    },
  };
  const more = [
    route('/api/*', { rewrite: { stripPrefix: '/api' }, headers }),
    route('/old/{id}/*', { rewrite: { stripPrefix: '/old/{id}', addPrefix: '/v2/things' } }),
    route('/up/*', { rewrite: { host: 'upstream' } }),
    route('/name/*', { rewrite: { host: { name: 'crm.internal:8080' } } }),
  ];
  const front = await startFront(t, upstream.url, { more });
  for (const version of VERSIONS) {
    const client = await front.connect(version);
    const ask = async (path: string, ...lines: string[]) => {
      await client.send(get(path, ...lines));
      const response = await client.readResponse();
      t.equal(response.status, 200, `${version} ${path}`);
      const request = upstream.requests.at(-1);
      if (request === undefined) throw new Error('the upstream saw nothing');
      return { request, response };
    };
    const api = await ask('/api/./a/../b?next=/api/x', 'Cookie: c', 'x_role: admin', 'X-Tag: own');
    t.equal(api.request.url, '/b?next=/api/x');
    t.equal(api.request.headers.host, 'a');
    t.equal(api.request.headers['x-forwarded-prefix'], '/api');
    t.equal(api.request.headers['x-forwarded-host'], 'a');
    t.equal(api.request.headers['x-role'], 'user');
    t.equal(api.request.headers.x_role, undefined);
    t.equal(api.request.headers['x-tag'], 'own, edge');
    t.equal(api.request.headers.cookie, undefined);
    t.equal(api.response.header('server'), undefined);
    t.equal(api.response.header('cache-control'), 'no-store');
    t.same(
      api.response.fields
        .filter(([name]) => name.toLowerCase() === 'vary')
        .map(([, value]) => value),
      ['Accept', 'Origin'],
    );
    t.equal((await ask('/api')).request.url, '/');
    t.equal((await ask('/old/7/x/')).request.url, '/v2/things/x/');
    const line = await front.access((await ask('/old/7/x')).response.header('x-request-id'));
    t.equal(line.path, '/old/7/x', 'the log has what the client asked for');
    const up = await ask('/up/x');
    t.equal(up.request.headers.host, `127.0.0.1:${upstream.port}`);
    t.equal(up.request.headers['x-forwarded-host'], 'a');
    t.equal(up.request.headers['x-forwarded-prefix'], undefined);
    t.equal((await ask('/name/x')).request.headers.host, 'crm.internal:8080');
    client.destroy();
  }
});
