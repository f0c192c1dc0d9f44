import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'tap';
import { startTcpGateway } from '../support/tcp-gateway.js';
import { startTcpService } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';

// More than the sockets' buffers on the way and the gateway's own hold together.
const FLOOD = 64 * 2 ** 20;

test('a service that does not read stops its client, and nothing is lost when it reads on', async (t) => {
  let held: Socket | undefined;
  let bytes = 0;
  const service = await startTcpService((socket) => {
    held = socket;
    socket.pause();
    socket.on('data', ({ length }) => {
      bytes += length;
    });
    socket.on('end', () => socket.end());
  });
  const gateway = await startTcpGateway({ routes: [{ to: service.url }] });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const tunnel = await Tunnel.open({ port, authority, client });
  let written = 0;
  let isHeld = false;
  for (const piece = Buffer.alloc(2 ** 16); written < FLOOD; written += piece.length) {
    if (tunnel.socket.write(piece)) continue;
    // Nothing moves for a while: everything on the way is full.
    const waits = setTimeout(() => {
      isHeld = true;
      held?.resume();
    }, 500);
    await once(tunnel.socket, 'drain');
    clearTimeout(waits);
  }
  t.ok(isHeld, 'the client had to wait');
  tunnel.end();
  t.equal(await tunnel.closed, 'ended');
  t.ok(bytes >= FLOOD, `${bytes}`);
  const line = await gateway.log.find(({ type }) => type === 'access');
  t.equal(line.bytesIn, bytes);
  await service.close();
  await gateway.stop();
});

test('a client that does not read stops the service, and gets everything when it reads on', async (t) => {
  let sent = 0;
  let blocked: () => void = () => {};
  const isBlocked = new Promise<void>((resolve) => {
    blocked = resolve;
  });
  const service = await startTcpService(async (socket) => {
    const piece = Buffer.alloc(2 ** 16);
    for (; sent < FLOOD; sent += piece.length) {
      if (socket.write(piece)) continue;
      const waits = setTimeout(blocked, 200);
      await once(socket, 'drain');
      clearTimeout(waits);
    }
    socket.end();
  });
  const gateway = await startTcpGateway({ routes: [{ to: service.url }] });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const tunnel = await Tunnel.open({ port, authority, client });
  tunnel.socket.pause();
  await isBlocked;
  t.ok(sent < FLOOD, 'the service has to wait');
  tunnel.socket.resume();
  t.equal((await tunnel.untilEnd()).length, FLOOD);
  tunnel.destroy();
  await service.close();
  await gateway.stop();
});
