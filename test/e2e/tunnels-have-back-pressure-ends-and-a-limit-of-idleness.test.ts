import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { test } from 'tap';

import { startFront, VERSIONS } from '../support/front.js';
import { startRawUpstream } from '../support/upstream.js';

const ASK = 'GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n';
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n';

const route = {
  name: 'raw',
  match: { path: '/x' },
  allow: ['client'],
  proxy: 'service',
  upgrade: ['raw'],
};

// startTunnel answers the first request with 101 and hands the upstream's side over.
async function startTunnel(onTunnel: (socket: Socket, rest: Buffer) => void) {
  return startRawUpstream((socket, received) => {
    const end = received.indexOf('\r\n\r\n') + 4;
    if (end < 4) return;
    const begun = socket.listenerCount('tunnel') > 0;
    if (begun) return;
    socket.on('tunnel', () => {});
    socket.write(SWITCH);
    onTunnel(socket, received.subarray(end));
  });
}

test('a client that does not read stops the service, and gets everything in the end', async (t) => {
  const total = 64 * 2 ** 20;
  const piece = Buffer.alloc(2 ** 20, 'p');
  let written = 0;
  let stalled: () => void = () => {};
  const stall = new Promise<void>((resolve) => {
    stalled = resolve;
  });
  const upstream = await startTunnel((socket) => {
    const push = (): void => {
      while (written < total) {
        written += piece.length;
        if (!socket.write(piece)) break;
      }
      if (written === total) socket.end();
      // The service fills its socket again and again; that it cannot for a while is what is waited for.
      clearTimeout(timer);
      timer = setTimeout(stalled, 500);
    };
    let timer = setTimeout(stalled, 500);
    socket.on('drain', push);
    push();
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { more: [route], path: '/unused' });
  const client = await front.connectRaw();
  await client.send(ASK);
  t.equal((await client.readResponse()).status, 101);
  client.socket.pause();
  await stall;
  t.ok(written < total / 2, `the service was held up after ${written} bytes`);
  // What came is digested and not kept, as the client would.
  const got = createHash('sha256').update(client.received);
  let length = client.received.length;
  client.socket.removeAllListeners('data');
  client.socket.on('data', (chunk) => {
    got.update(chunk);
    length += chunk.length;
  });
  client.socket.resume();
  t.equal(await client.closed, 'ended');
  t.equal(length, total);
  t.equal(got.digest('hex'), createHash('sha256').update(Buffer.alloc(total, 'p')).digest('hex'));
});

test('bytes behind the request wait for the 101, and the client’s end is passed on', async (t) => {
  const heard: string[] = [];
  const upstream = await startTunnel((socket, rest) => {
    heard.push(rest.toString());
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => {
      heard.push(Buffer.concat(chunks).toString());
      socket.end('goodbye');
    });
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { more: [route], path: '/unused' });
  for (const version of VERSIONS) {
    heard.length = 0;
    const client = await front.connectRaw(version);
    await client.send(`${ASK}early`);
    t.equal((await client.readResponse()).status, 101, version);
    await client.send(' and late');
    client.end();
    t.equal((await client.readToEnd()).toString(), 'goodbye');
    t.same(heard, ['', 'early and late']);
    t.equal(await client.closed, 'ended');
  }
});

test('a tunnel in which nothing moves ends', async (t) => {
  const upstream = await startTunnel(() => {});
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, {
    more: [route],
    path: '/unused',
    timeouts: { tunnelIdle: '200ms', body: '50ms' },
  });
  for (const version of VERSIONS) {
    const client = await front.connectRaw(version);
    await client.send(ASK);
    const response = await client.readResponse();
    t.equal(await client.closed, 'ended', version);
    const line = await front.access(response.header('x-request-id'));
    t.match(line, { status: 101, code: 'idle-timeout' });
  }
});

test('a service that resets the tunnel is seen to', async (t) => {
  const upstream = await startTunnel((socket) => socket.resetAndDestroy());
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { more: [route], path: '/unused' });
  const client = await front.connectRaw();
  await client.send(ASK);
  await client.closed;
  const line = await front.gateway.log.find(({ type }) => type === 'access');
  t.match(line.code, /^upstream-/);
});
