import { test } from 'tap';

import { startFront, VERSIONS } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const ASK = ['OPTIONS * HTTP/1.1', 'Host: a', '', ''].join('\r\n');
const ALLOWED = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

test('OPTIONS * is answered by the gateway, without a route and without the service (RFC 9110 section 9.3.7)', async (t) => {
  const asked: unknown[] = [];
  const upstream = await startUpstream(({ method, url }, response) => {
    asked.push([method, url]);
    response.end();
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url);
  for (const version of VERSIONS) {
    const client = await front.connect(version);
    for (const _ of [1, 2]) {
      await client.send(ASK);
      const { status, header, body } = await client.readResponse();
      t.same([status, header('allow'), body.toString()], [204, ALLOWED, '']);
    }
    client.end();
  }
  t.same(asked, []);
  const line = await front.gateway.log.find(({ type, path }) => type === 'access' && path === '*');
  t.match(line, { method: 'OPTIONS', status: 204 });
  t.notOk(line.route);
  t.notOk(line.upstream);
});
