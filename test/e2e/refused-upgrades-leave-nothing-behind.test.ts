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
const ANSWERS: Readonly<Record<string, readonly [string, number]>> = {
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
    const answer = ANSWERS[last.target];
    socket.write(answer?.[0] ?? 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain');
  });

const more = [
  {
    name: 'ws',
    match: { path: '/*' },
    allow: ['client'],
    proxy: 'service',
    upgrade: ['websocket'],
  },
  { name: 'plain', match: { path: '/plain' }, allow: ['client'], proxy: 'service' },
  { name: 'closed', match: { path: '/closed' }, allow: ['nobody'], proxy: 'service' },
].reverse();

test('what follows a refused upgrade is no request', async (t) => {
  for (const version of VERSIONS) {
    for (const [path, [, status]] of [
      ...Object.entries(ANSWERS),
      ['/closed', ['', 403]] as const,
    ]) {
      const upstream = await startService();
      const front = await startFront(t, upstream.url, {
        path: '/unused',
        more: more.filter(({ name }) => name !== 'plain' || path === '/plain'),
        clients: { nobody: { pins: [`sha256:${'11'.repeat(32)}`] } },
      });
      const client = await front.connect(version);
      await client.send(request(path, WEBSOCKET) + SMUGGLED);
      const response = await client.readResponse();
      t.equal(response.status, status, `${version} ${path}`);
      if (path !== '/closed') t.equal(response.header('connection'), 'close');
      if (path === '/closed') {
        client.destroy();
      } else {
        t.equal((await client.readToEnd()).length, 0, 'nothing follows');
        t.notMatch(Buffer.concat(upstream.received()).toString(), /smuggled/);
      }
      await upstream.close();
      await front.gateway.stop();
    }
  }
});

// Requests of which the upgrade ends at the gateway: the service sees an ordinary one, and may be asked again.
const ORDINARY: Readonly<Record<string, string>> = {
  'a route without upgrades': request('/plain', WEBSOCKET),
  h2c: request('/x', [
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMA',
  ]),
  'h2c beside another': request('/x', ['Connection: Upgrade', 'Upgrade: h2c, spdy/3.1']),
  'two Upgrade fields': request('/x', [...WEBSOCKET, 'Upgrade: h2c']),
  'no Connection option': request('/x', WEBSOCKET.slice(1)),
  'another method': request('/x', WEBSOCKET, 'OPTIONS'),
  'a body': request('/x', [...WEBSOCKET, 'Content-Length: 3'], 'POST', 'abc'),
};

test('an upgrade that is not configured ends at the gateway', async (t) => {
  const upstream = await startService();
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, {
    workers: 1,
    path: '/unused',
    more,
    clients: { nobody: { pins: [`sha256:${'11'.repeat(32)}`] } },
  });
  for (const version of VERSIONS) {
    for (const [name, bytes] of Object.entries(ORDINARY)) {
      const client = await front.connect(version);
      for (let i = 0; i < 2; i++) {
        await client.send(bytes);
        const response = await client.readResponse();
        t.equal(response.body.toString(), 'plain', `${version} ${name}`);
        t.equal(response.header('connection'), undefined);
      }
      client.destroy();
    }
  }
  const { requests, violation } = readRequests(Buffer.concat(upstream.received()));
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
  const front = await startFront(t, upstream.url, { path: '/unused', more: more.slice(-1) });
  const client = await front.connect();
  const lines = ['Connection: keep-alive, upgrade', 'Upgrade: h2c, WebSocket'];
  await client.send(request('/x', lines));
  const response = await client.readResponse();
  t.equal(response.status, 101);
  t.equal(response.header('connection'), 'Upgrade');
  t.equal(response.header('upgrade'), 'websocket');
  t.match(upstream.received()[0]?.toString(), /\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/);
  client.destroy();
});
