import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'tap';

import { get, post, startFront, VERSIONS } from '../support/front.js';
import { makeFolder } from '../support/gateway.js';

test('an upstream may be a unix socket', async (t) => {
  const socket = join(makeFolder(), 'service.sock');
  let connections = 0;
  const hosts = new Set<string | undefined>();
  const server = createServer((request, response) => {
    hosts.add(request.headers.host);
    request.pipe(response);
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const front = await startFront(t, `unix:${socket}`, { workers: 1 });
  for (const version of VERSIONS) {
    const client = await front.connect(version);
    for (const body of ['one', 'two']) {
      await client.send(post('/', body));
      const response = await client.readResponse();
      t.equal(response.status, 200, version);
      t.equal(response.body.toString(), body);
      const line = await front.access(response.header('x-request-id'));
      t.equal(line.upstream, `unix:${socket}`);
    }
    client.destroy();
  }
  t.equal(connections, 1, 'the connection is kept');
  t.same([...hosts], ['a']);
});

test('nobody at the socket is 502', async (t) => {
  const front = await startFront(t, `unix:${join(makeFolder(), 'nobody.sock')}`);
  const client = await front.connect();
  await client.send(get('/'));
  const response = await client.readResponse();
  t.equal(response.status, 502);
  t.equal(JSON.parse(response.body.toString()).code, 'upstream-connect-failed');
  client.destroy();
});
