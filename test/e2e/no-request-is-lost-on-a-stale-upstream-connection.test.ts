import type { Socket } from 'node:net';
import { test } from 'tap';

import { get, post, startFront, VERSIONS } from '../support/front.js';
import { readRequests } from '../support/strict-http-reader.js';
import { startRawUpstream } from '../support/upstream.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** startForgetful answers the first request of each connection; what it does with the second is up to the test. */
async function startForgetful(onSecond: (socket: Socket) => void) {
  const answered = new WeakSet<Socket>();
  const upstream = await startRawUpstream((socket, received) => {
    const { requests, end } = readRequests(received);
    if (end < received.length) return;
    if (requests.length > 1) return onSecond(socket);
    if (answered.has(socket)) return;
    answered.add(socket);
    socket.write(OK);
  });
  const seen = (): string[] =>
    upstream
      .received()
      .flatMap((bytes) => readRequests(bytes).requests.map(({ target }) => target));
  return { ...upstream, seen };
}

const ENDS: Readonly<Record<string, (socket: Socket) => void>> = {
  'an orderly end': (socket) => socket.end(),
  'a reset': (socket) => socket.resetAndDestroy(),
};

for (const [how, end] of Object.entries(ENDS)) {
  for (const version of VERSIONS) {
    test(`${how} instead of a second answer, ${version}`, async (t) => {
      const upstream = await startForgetful(end);
      t.teardown(() => upstream.close());
      const front = await startFront(t, upstream.url, { workers: 1 });
      const client = await front.connect(version);
      const ask = async (request: string) => {
        await client.send(request);
        return client.readResponse();
      };
      t.equal((await ask(get('/1'))).status, 200);
      t.equal((await ask(get('/2'))).status, 200, 'GET is sent again on a new connection');
      t.same(upstream.seen(), ['/1', '/2', '/2']);

      const refused = await ask(post('/3', 'once'));
      t.equal(refused.status, 502, 'POST is not: it may have been acted on');
      t.equal(JSON.parse(refused.body.toString()).code, 'upstream-reset');
      t.same(upstream.seen(), ['/1', '/2', '/2', '/3']);

      t.equal((await ask(post('/4', 'once'))).status, 200, 'the next one finds a new connection');
      t.equal((await ask(get('/5').replace('GET', 'PUT'))).status, 200, 'PUT is idempotent');
      t.same(upstream.seen(), ['/1', '/2', '/2', '/3', '/4', '/5', '/5']);
      client.destroy();
    });
  }
}

test('a connection that the upstream closed while nobody used it is not used', async (t) => {
  const sockets: Socket[] = [];
  const upstream = await startRawUpstream((socket) => {
    sockets.push(socket);
    socket.write(OK);
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { workers: 1 });
  const client = await front.connect();
  for (let i = 1; i <= 3; i++) {
    await client.send(post('/', 'once'));
    t.equal((await client.readResponse()).status, 200, 'not even a POST is lost');
    const socket = sockets.at(-1);
    // Its own FIN comes back when the gateway has let go.
    const letGo = new Promise((resolve) => socket?.once('close', resolve));
    socket?.end();
    await letGo;
    t.equal(upstream.received().length, i);
  }
  client.destroy();
});
