import { once } from 'node:events';
import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { test } from 'tap';

import { startFront, VERSIONS } from '../support/front.js';
import { answerTo, ask, openHttp2 } from '../support/http2-client.js';
import { proxyConfig } from '../support/proxy-config.js';
import { startUpstream } from '../support/upstream.js';
import { extendedConnect, startEchoService, textFrame } from '../support/websockets.js';

const socketRoute = {
  name: 'ws',
  match: { path: '/ws/*', methods: ['GET'] },
  allow: ['client'],
  proxy: 'service',
  upgrade: ['websocket'],
};
const plainRoute = {
  name: 'plain',
  match: { path: '/plain' },
  allow: ['client'],
  proxy: 'service',
};
const fixedRoute = {
  name: 'fixed',
  match: { path: '/fixed' },
  allow: ['client'],
  respond: { status: 200 },
};
const open = { more: [socketRoute, plainRoute, fixedRoute], path: '/unused' };

async function response(stream: ClientHttp2Stream): Promise<IncomingHttpHeaders> {
  return (await once(stream, 'response'))[0];
}

async function read(stream: ClientHttp2Stream, length: number): Promise<Buffer> {
  let received = Buffer.alloc(0);
  while (received.length < length) {
    const [chunk] = await once(stream, 'data');
    received = Buffer.concat([received, chunk]);
  }
  return received;
}

test('an extended CONNECT opens a WebSocket beside other requests', async (t) => {
  const service = await startEchoService(t);
  const front = await startFront(t, service.url, open);
  for (const version of VERSIONS) {
    const session = await openHttp2(front.gateway, version);
    t.teardown(() => session.destroy());
    if (!session.remoteSettings?.enableConnectProtocol) await once(session, 'remoteSettings');
    t.equal(session.remoteSettings.enableConnectProtocol, true, version);
    const stream = session.request(extendedConnect('/ws/room'), { endStream: false });
    const headers = await response(stream);
    t.equal(headers[':status'], 200);
    t.equal(headers['sec-websocket-accept'], undefined);
    for (const text of ['hello', 'again']) {
      stream.write(textFrame(text));
      const echo = await read(stream, 2 + text.length);
      t.same(echo, Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]));
    }
    t.equal((await ask(session, { ':path': '/fixed' })).status, 200);
    const ended = answerTo(stream);
    stream.end(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
    t.equal((await ended).code, 0);
    const line = await front.access(headers['x-request-id'] as string);
    t.match(line, {
      status: 200,
      method: 'GET',
      route: 'ws',
      protocol: 'HTTP/2.0',
      code: undefined,
    });
  }
});

test('what is no upgrade is refused, and never answered with a 2xx', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, open);
  const session = await openHttp2(front.gateway);
  t.teardown(() => session.destroy());
  if (!session.remoteSettings?.enableConnectProtocol) await once(session, 'remoteSettings');
  for (const [path, protocol, status] of [
    ['/plain', 'websocket', 501],
    ['/fixed', 'websocket', 501],
    ['/ws/x', 'h2c', 501],
    ['/nowhere', 'websocket', 404],
    ['/ws/x', 'websocket', 502],
  ] as const) {
    const answer = await answerTo(
      session.request(extendedConnect(path, protocol), { endStream: false }),
    );
    t.equal(answer.status, status, `${path} ${protocol}`);
  }
  t.equal(upstream.requests.length, 1, 'only the last was asked of the service');
});

test('it ends when access ends, and the connection with it', async (t) => {
  const service = await startEchoService(t);
  const config = { ...open, timeouts: { eviction: '1h' } };
  const front = await startFront(t, service.url, config);
  const { gateway } = front;
  const session = await openHttp2(gateway);
  t.teardown(() => session.destroy());
  if (!session.remoteSettings?.enableConnectProtocol) await once(session, 'remoteSettings');
  const first = session.request(extendedConnect('/ws/a'), { endStream: false });
  await response(first);
  const firstEnd = answerTo(first);

  const whole = proxyConfig(service.url, config)(gateway.credentials);
  const routes = [{ ...socketRoute, match: { path: '/ws/b' } }, fixedRoute];
  gateway.writeConfig({ ...whole, routes });
  gateway.signal('SIGHUP');
  t.not((await firstEnd).code, 0, 'its route is gone');
  t.equal((await ask(session, { ':path': '/fixed' })).status, 200, 'the connection goes on');

  const second = session.request(extendedConnect('/ws/b'), { endStream: false });
  await response(second);
  const secondEnd = answerTo(second);
  const closed = once(session, 'close');
  const clients = { client: { pins: [`sha256:${'11'.repeat(32)}`] } };
  gateway.writeConfig({ ...whole, clients, routes });
  gateway.signal('SIGHUP');
  t.not((await secondEnd).code, 0);
  await closed;
});

test('a connection carries so many requests, and the next go elsewhere', async (t) => {
  const front = await startFront(t, 'http://127.0.0.1:1', {
    ...open,
    limits: { requestsPerConnection: 2 },
  });
  const session = await openHttp2(front.gateway);
  const closed = once(session, 'close');
  const goneAway = once(session, 'goaway');
  t.equal((await ask(session, { ':path': '/fixed' })).status, 200);
  t.equal((await ask(session, { ':path': '/fixed' })).status, 200);
  await goneAway;
  await closed;
});
