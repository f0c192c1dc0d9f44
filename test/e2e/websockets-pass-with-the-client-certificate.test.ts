import { createHash, randomBytes } from 'node:crypto';
import { test } from 'tap';

import { startFront, VERSIONS } from '../support/front.js';
import { openSocket, startEchoService } from '../support/websockets.js';

const socketRoute = {
  name: 'ws',
  match: { path: '/ws/*' },
  allow: ['client'],
  proxy: 'service',
  upgrade: ['websocket'],
  rewrite: { stripPrefix: '/ws' },
};

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

test('messages of every kind pass both ways, and one line tells of them at the end', async (t) => {
  const service = await startEchoService(t);
  const front = await startFront(t, service.url, {
    more: [socketRoute],
    forwardIdentity: ['nginx'],
  });
  for (const version of VERSIONS) {
    const client = await openSocket(front.gateway, { version, path: '/ws/room?x=1' });
    const { socket } = client;
    t.match(service.asked.at(-1), {
      'x-ssl-client-s-dn': 'CN=test client',
      'x-forwarded-prefix': '/ws',
      connection: 'Upgrade',
      upgrade: 'websocket',
    });
    t.equal(await client.echo('grüße'), 'grüße', version);
    for (const size of [0, 1, 125, 126, 65_535, 65_536, 5_000_000]) {
      const sent = randomBytes(size);
      socket.send(sent);
      const [data, isBinary] = await client.next();
      t.equal(sha256(data), sha256(sent), `${size} bytes`);
      t.ok(isBinary);
    }
    socket.send('a', { fin: false });
    socket.send('b', { fin: false });
    socket.send('c', { fin: true });
    t.equal((await client.next())[0].toString(), 'abc');
    const pong = new Promise((resolve) => socket.once('pong', (data) => resolve(data.toString())));
    socket.ping('there?');
    t.equal(await pong, 'there?');
    for (let i = 0; i < 100; i++) socket.send(String(i));
    for (let i = 0; i < 100; i++) t.equal((await client.next())[0].toString(), String(i));
    socket.close(4001, 'enough');
    t.same(await client.ended, { code: 4001, reason: 'enough' });
    const line = await front.gateway.log.find(
      ({ type, path, tls }) =>
        type === 'access' && path === '/ws/room' && tls === version.slice(-3),
    );
    t.match(line, { status: 101, method: 'GET', route: 'ws', client: 'client', code: undefined });
    t.ok((line.bytesIn as number) > 5_000_000 && (line.bytesOut as number) > 5_000_000);
  }
});

test('the service’s own close reaches the client', async (t) => {
  const service = await startEchoService(t);
  const front = await startFront(t, service.url, { more: [socketRoute] });
  for (const version of VERSIONS) {
    const client = await openSocket(front.gateway, { version, path: '/ws' });
    for (const socket of service.server.clients) socket.close(1001, 'going');
    t.same(await client.ended, { code: 1001, reason: 'going' }, version);
  }
});
