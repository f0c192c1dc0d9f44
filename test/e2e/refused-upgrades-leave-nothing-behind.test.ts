import { test } from 'tap';

import { startFront, VERSIONS } from '../support/front.js';
import { readRequests, valuesOf } from '../support/strict-http-reader.js';
import { startRawUpstream } from '../support/upstream.js';

const WEBSOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

const request = (path: string, lines: readonly string[], first = 'GET', body = ''): string =>
  [`${first} ${path} HTTP/1.1`, 'Host: a', ...lines, '', body].join('\r\n');

const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\n';
// What the service says to a request that asks to upgrade, and what the client gets.
const ANSWERS: Readonly<Record<string, readonly [answer: string, status: number]>> = {
  '/426': ['HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n', 426],
  '/200': ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 200],
  '/other': [`${SWITCH}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`, 502],
  '/nothing': [`${SWITCH}\r\n`, 502],
  '/unconnected': [`${SWITCH}Upgrade: websocket\r\n\r\n`, 502],
  '/two': [`${SWITCH}Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: x\r\n\r\n`, 502],
  '/garbage': ['no HTTP at all\r\n\r\n', 502],
};

const startService = () =>
  startRawUpstream((socket, received) => {
    const { requests, end } = readRequests(received);
    const last = requests.at(-1);
    if (last === undefined || end !== received.length) return;
    socket.write(ANSWERS[last.target]?.[0] ?? 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain');
  });

const open = {
  path: '/unused',
  clients: { nobody: { pins: [`sha256:${'11'.repeat(32)}`] } },
  more: [
    { name: 'closed', match: { path: '/closed' }, allow: ['nobody'], upgrade: ['websocket'] },
    { name: 'plain', match: { path: '/plain' }, allow: ['client'] },
    { name: 'ws', match: { path: '/*' }, allow: ['client'], upgrade: ['websocket'] },
  ].map((route) => ({ ...route, proxy: 'service' })),
};

test('what follows a refused upgrade is no request', async (t) => {
  const upstream = await startService();
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, open);
  for (const version of VERSIONS) {
    for (const [path, [, status]] of Object.entries(ANSWERS)) {
      const client = await front.connectRaw(version);
      await client.send(request(path, WEBSOCKET) + SMUGGLED);
      const response = await client.readResponse();
      t.equal(response.status, status, `${version} ${path}`);
      t.equal(response.header('connection'), 'close');
      t.equal((await client.readToEnd()).length, 0, 'nothing follows');
    }
    // Of one that was not admitted the service hears nothing, and the client stays a client.
    const client = await front.connectRaw(version);
    await client.send(request('/closed', WEBSOCKET));
    t.equal((await client.readResponse()).status, 403);
    client.destroy();
  }
  const heard = Buffer.concat([...upstream.received()]).toString();
  t.notMatch(heard, /smuggled|closed/);
});

// Requests of which the upgrade ends at the gateway: the service sees an ordinary one, and may be asked again.
const ORDINARY: Readonly<Record<string, string>> = {
  'a route without upgrades': request('/plain', WEBSOCKET),
  h2c: request('/x', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: A']),
  'h2c beside another': request('/x', ['Connection: Upgrade', 'Upgrade: h2c, spdy/3.1']),
  'two Upgrade fields': request('/x', [...WEBSOCKET, 'Upgrade: h2c']),
  'no Connection option': request('/x', WEBSOCKET.slice(1)),
  'another method': request('/x', WEBSOCKET, 'OPTIONS'),
  'a body': request('/x', [...WEBSOCKET, 'Content-Length: 3'], 'POST', 'abc'),
};

test('an upgrade that is not configured ends at the gateway', async (t) => {
  const upstream = await startService();
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { ...open, workers: 1 });
  for (const version of VERSIONS) {
    for (const [name, bytes] of Object.entries(ORDINARY)) {
      const client = await front.connectRaw(version);
      for (let i = 0; i < 2; i++) {
        await client.send(bytes);
        const response = await client.readResponse();
        t.equal(response.body.toString(), 'plain', `${version} ${name}`);
        t.equal(response.header('connection'), undefined);
      }
      client.destroy();
    }
  }
  const { requests, violation } = readRequests(Buffer.concat([...upstream.received()]));
  t.equal(violation, undefined);
  t.equal(requests.length, 2 * 2 * Object.keys(ORDINARY).length);
  for (const { fields } of requests) {
    for (const name of ['upgrade', 'connection', 'http2-settings']) {
      t.same(valuesOf(fields, name), []);
    }
  }
});

test('only the protocol that is configured is asked for', async (t) => {
  const upstream = await startRawUpstream((socket, received) => {
    if (received.includes('\r\n\r\n'))
      socket.write(`${SWITCH}connection: keep-alive, upgrade\r\nupgrade: WebSocket\r\n\r\nhi`);
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, open);
  const client = await front.connectRaw();
  await client.send(request('/x', ['Connection: keep-alive, upgrade', 'Upgrade: h2c, WebSocket']));
  const response = await client.readResponse();
  t.equal(response.status, 101);
  t.equal(response.header('connection'), 'Upgrade');
  t.equal(response.header('upgrade'), 'websocket');
  t.match(upstream.received()[0]?.toString(), /\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/);
  client.destroy();
});
