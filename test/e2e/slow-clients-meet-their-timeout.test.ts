/**
 * A client that is too slow is ended by the timeout of the phase in which it is slow, and the log says by which; one that
 * keeps the tolerated pace is served.
 */
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { type Config, type Credentials, startGateway, usualConfig } from '../support/gateway.js';
import { MoodyService } from '../support/moody-service.js';
import { countingEnv, eventually, NOTHING_OPEN, nothingLeftOpen } from '../support/vital-signs.js';
import {
  clientHello,
  openTcp,
  openTls,
  untilClosed,
  untilReceived,
} from '../support/wire-client.js';

/** 25 bytes a second are sent, 128 are asked for. */
const DRIP_MS = 40;
const ENDED = 'ended while it was still sending';
const SHORT = {
  handshake: '1s',
  head: '1s',
  body: '1s',
  write: '1s',
  idle: '1s',
};

const config =
  (url: string) =>
  (credentials: Credentials): Config => {
    const usual = usualConfig(credentials, url);
    const { edge } = usual.listeners as { readonly edge: Config };
    // Unused connections to the service are not kept, so that what it still has open belongs to somebody.
    const upstreams = { service: { endpoints: [url], timeouts: { keepAlive: '0s' } } };
    return { ...usual, upstreams, listeners: { edge: { ...edge, timeouts: SHORT } } };
  };

/** drip sends `bytes` one by one until the gateway has ended the connection; false when it had the patience for all. */
async function drip(socket: Socket, bytes: Buffer): Promise<boolean> {
  for (const byte of bytes) {
    if (socket.destroyed || socket.writableEnded) return true;
    socket.write(Buffer.of(byte));
    await pause(DRIP_MS);
  }
  return false;
}

t.test('slow clients', { timeout: 60_000 }, async (t) => {
  const service = await MoodyService.start();
  t.teardown(() => service.close());
  const gateway = await startGateway({ config: config(service.url), env: countingEnv });
  t.teardown(() => gateway.stop());
  const { log } = gateway;
  const access = (path: string) => log.find((line) => line.type === 'access' && line.path === path);

  await t.test('a handshake that drips in', async (t) => {
    const socket = await openTcp(gateway.port);
    const closed = untilClosed(socket);
    t.ok(await drip(socket, await clientHello('TLSv1.3')), ENDED);
    await closed;
    const { type, event, code } = await log.find((line) => line.code === 'handshake-timeout');
    t.same(
      { type, event, code },
      {
        type: 'security',
        event: 'handshake-refused',
        code: 'handshake-timeout',
      },
    );
  });

  await t.test('a head that drips in', async (t) => {
    const { tls } = await openTls(gateway);
    const answer = untilClosed(tls);
    t.ok(
      await drip(
        tls,
        Buffer.from(`GET /hello HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(100)}`),
      ),
      ENDED,
    );
    t.match(await answer, /^HTTP\/1\.1 408 .*"code":"head-timeout"/s);
    t.match(await log.find(({ code }) => code === 'head-timeout'), { type: 'access', status: 408 });
  });

  for (const [framing, field, first] of [
    ['with a length', 'Content-Length: 600', ''],
    ['in chunks', 'Transfer-Encoding: chunked', '258\r\n'],
  ] as const) {
    await t.test(`a body ${framing} that drips in`, async (t) => {
      const path = `/api/drip-${first.length}`;
      const { tls } = await openTls(gateway);
      const answer = untilClosed(tls);
      tls.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${field}\r\n\r\n${first}`);
      t.ok(await drip(tls, Buffer.alloc(600, 'b')), ENDED);
      t.match(await answer, /^HTTP\/1\.1 408 .*"code":"body-timeout"/s);
      t.match(await access(path), { status: 408, code: 'body-timeout' });
    });
  }

  await t.test('a body at the tolerated pace, for longer than the timeout', async (t) => {
    const { tls } = await openTls(gateway);
    const answer = untilReceived(tls, '\r\n\r\n');
    tls.write('POST /api/drip-steady HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600\r\n\r\n');
    for (let sent = 0; sent < 600; sent += 20) {
      tls.write(sent === 580 ? `${'b'.repeat(19)}!` : 'b'.repeat(20));
      await pause(DRIP_MS * 2);
    }
    t.match(await answer, /^HTTP\/1\.1 204 /);
    t.match(await access('/api/drip-steady'), { status: 204, bytesIn: 600 });
    tls.destroy();
  });

  await t.test('a client that stops reading', async (t) => {
    const { tls, tcp } = await openTls(gateway);
    tls.write('GET /api/flood HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await untilReceived(tls, 'xxxx');
    tcp.pause();
    t.match(await access('/api/flood'), { status: 200, code: 'write-timeout' });
    tls.destroy();
  });

  await t.test('a client that asks for nothing', async (t) => {
    const { tls } = await openTls(gateway);
    t.equal(await untilClosed(tls), '', 'it is closed, without a word');
  });

  t.same(await nothingLeftOpen(gateway), NOTHING_OPEN);
  t.equal(
    await eventually(
      () => service.open,
      (open) => open === 0,
    ),
    0,
    'service let go',
  );
});
