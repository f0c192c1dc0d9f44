import { test } from 'tap';

import { get, startFront, VERSIONS } from '../support/front.js';
import { readRequests, valuesOf } from '../support/strict-http-reader.js';
import { startRawUpstream } from '../support/upstream.js';

const REQUEST = [
  'POST /up HTTP/1.1',
  'Host: a',
  'Transfer-Encoding: chunked',
  'Trailer: X-Checksum',
  '',
  '5;quality="a;b"',
  'hello',
  '00006',
  ' world',
  '0',
  'X-Checksum: of the client',
  '',
  '',
].join('\r\n');

const RESPONSE = [
  'HTTP/1.1 200 OK',
  'Transfer-Encoding: chunked',
  'Trailer: X-Checksum',
  '',
  '4;x=y',
  'good',
  '4',
  ' bye',
  '0',
  'X-Checksum: of the service',
  '',
  '',
].join('\r\n');

const UNTIL_CLOSE = 'HTTP/1.1 200 OK\r\n\r\nuntil the end';

test('payload passes both ways; chunk extensions and trailers end at the gateway', async (t) => {
  const upstream = await startRawUpstream((socket, received) => {
    const { end } = readRequests(received);
    if (end === received.length) socket.write(RESPONSE);
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { workers: 1 });

  for (const version of VERSIONS) {
    const client = await front.connectRaw(version);
    // Byte by byte: every cut through the framing happens.
    for (const byte of Buffer.from(REQUEST)) await client.send(Uint8Array.of(byte));
    const response = await client.readResponse();
    t.equal(response.body.toString(), 'good bye', version);
    t.equal(response.header('trailer'), undefined);
    t.equal(client.received.length, 0, 'nothing follows the response');
    await client.send(get('/again'));
    t.equal((await client.readResponse()).body.toString(), 'good bye', 'the connection goes on');
    client.destroy();
  }
  t.equal(upstream.received().length, 1, 'and so does the one to the upstream');
  const bytes = upstream.received()[0] ?? Buffer.alloc(0);
  const { requests, violation } = readRequests(bytes);
  t.equal(violation, undefined);
  t.same(
    requests.map(({ body }) => body.toString()),
    ['hello world', '', 'hello world', ''],
  );
  t.same(
    requests.map(({ fields }) => valuesOf(fields, 'trailer')),
    [[], [], [], []],
  );
  t.notMatch(bytes.toString(), /checksum|quality/i);
});

test('a response that ends with the upstream’s connection is chunked for the client', async (t) => {
  const upstream = await startRawUpstream((socket) => socket.end(UNTIL_CLOSE));
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url);
  for (const version of VERSIONS) {
    const client = await front.connectRaw(version);
    for (let i = 0; i < 2; i++) {
      await client.send(get('/'));
      const response = await client.readResponse();
      t.equal(response.header('transfer-encoding'), 'chunked', version);
      t.equal(response.body.toString(), 'until the end');
    }
    client.destroy();
  }
});

const OF_HEADS = [
  ...['Cache-Control', 'Set-Cookie', 'WWW-Authenticate', 'Authorization', 'Content-Type'],
  ...['Content-Encoding', 'Content-Range', 'Trailer', 'Connection', 'Host', 'Cookie'],
];

test('a trailer field of the service that only a head may have costs no response', async (t) => {
  const upstream = await startRawUpstream((socket, received) => {
    const { requests, end } = readRequests(received);
    if (end !== received.length) return;
    const name = requests.at(-1)?.target.slice(1);
    socket.write(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n${name}: evil\r\n\r\n`,
    );
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { workers: 1 });
  const client = await front.connect();
  for (const name of OF_HEADS) {
    await client.send(get(`/${name}`));
    const { status, body, fields } = await client.readResponse();
    t.match({ status, body: body.toString() }, { status: 200, body: 'hello' }, name);
    t.notMatch(JSON.stringify(fields), /evil/);
  }
  client.destroy();
  t.equal(upstream.received().length, 1, 'the connection to the service goes on');
});
