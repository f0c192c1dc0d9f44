import { constants, type ServerHttp2Stream } from 'node:http2';
import { test } from 'tap';

import { get, post, startFront } from '../support/front.js';
import type { HttpConnection } from '../support/http-connection.js';
import { startHttp2Upstream } from '../support/http2-upstream.js';
import type { RawClient } from '../support/raw-client.js';
import { startRawUpstream, startUpstream } from '../support/upstream.js';
import { checkAnswered, checkCut } from '../support/upstream-faults.js';

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_REFUSED_STREAM } = constants;
// What is not about a timeout must not meet one on a busy machine. In a body either way of failing looks the same.
const service = { protocol: 'h2', timeouts: { response: '10s', idle: '400ms' } };
const impatient = { protocol: 'h2', timeouts: { response: '400ms' } };

/** arrived resolves when the text has come. */
function arrived(client: RawClient, text: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!client.received.includes(text)) return;
      client.socket.off('data', look);
      resolve();
    };
    client.socket.on('data', look);
    look();
  });
}

interface Fault {
  readonly does: (stream: ServerHttp2Stream) => void;
  readonly status: number;
  readonly code: string;
}

const reset = { status: 502, code: 'upstream-reset' };
const BEFORE_THE_HEAD: Readonly<Record<string, Fault>> = {
  'resets the stream': { does: (stream) => stream.close(NGHTTP2_INTERNAL_ERROR), ...reset },
  'cancels the stream': { does: (stream) => stream.close(NGHTTP2_CANCEL), ...reset },
  'refuses it again and again': {
    does: (stream) => stream.close(NGHTTP2_REFUSED_STREAM),
    ...reset,
  },
  'cuts the connection': { does: (stream) => stream.session?.destroy(), ...reset },
};

// What has arrived and was not passed on may be lost with what comes after it.
const IN_THE_BODY: Readonly<
  Record<string, (stream: ServerHttp2Stream, client: HttpConnection) => void>
> = {
  'resets the stream': (stream, { answering }) => {
    stream.write('part');
    void answering.then(() => stream.destroy(new Error('on purpose')));
  },
  'cuts the connection': (stream, { answering }) => {
    stream.write('part');
    void answering.then(() => stream.session?.destroy());
  },
  stalls: (stream) => void stream.write('part'),
};

test('an upstream that fails before its head', async (t) => {
  let fault: Fault | undefined;
  const upstream = await startHttp2Upstream((stream) => fault?.does(stream));
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { service, workers: 1 });
  const client = await front.connect();
  for (const given of Object.entries(BEFORE_THE_HEAD)) {
    fault = given[1];
    await checkAnswered(t, { front, client, port: upstream.port }, given);
  }
  client.destroy();
});

test('an upstream that says nothing', async (t) => {
  const upstream = await startHttp2Upstream(() => {});
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { service: impatient, workers: 1 });
  const client = await front.connect();
  const timeout = { status: 504, code: 'upstream-timeout' };
  await checkAnswered(t, { front, client, port: upstream.port }, ['says nothing', timeout]);
  client.destroy();
});

test('an upstream that fails in its body', async (t) => {
  let does: ((stream: ServerHttp2Stream) => void) | undefined;
  const upstream = await startHttp2Upstream((stream) => {
    stream.respond({ ':status': 200 });
    does?.(stream);
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { service, workers: 1 });
  for (const [what, given] of Object.entries(IN_THE_BODY)) {
    await checkCut(t, front, what, undefined, (client) => {
      does = (stream) => given(stream, client);
    });
  }
});

test('a stream that was refused is asked again on another connection, POST too', async (t) => {
  let refusals = 0;
  const upstream = await startHttp2Upstream((stream) => {
    if (refusals++ === 0) return stream.close(NGHTTP2_REFUSED_STREAM);
    stream.respond({ ':status': 200 });
    stream.end('ok\n');
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { service, workers: 1 });
  const client = await front.connect();
  await client.send(post('/', ''));
  t.equal((await client.readResponse()).status, 200);
  t.equal(upstream.connections(), 2);
  client.destroy();
});

test('an upstream that goes away finishes what it has and gets no more', async (t) => {
  let held: ServerHttp2Stream | undefined;
  const upstream = await startHttp2Upstream((stream, headers) => {
    stream.respond({ ':status': 200 });
    if (headers[':path'] !== '/held') return void stream.end('ok\n');
    held = stream;
    stream.session?.goaway();
    stream.write('first ');
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { service, workers: 1 });
  const [one, two] = [await front.connectRaw(), await front.connect()];
  await one.send(get('/held'));
  await arrived(one, 'first ');
  await two.send(get('/'));
  t.equal((await two.readResponse()).status, 200);
  t.equal(upstream.connections(), 2, 'a new request takes a new connection');
  held?.end('last');
  t.equal((await one.readResponse()).body.toString(), 'first last');
  one.destroy();
  two.destroy();
});

for (const [what, bytes] of Object.entries({
  'HTTP/1.1': 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n',
  'binary rubbish': '\x15\x03\x03\x00\x02\x02\x16'.repeat(20),
  'a frame that is too large': '\x7f\xff\xff\x04\x00\x00\x00\x00\x00',
})) {
  test(`an upstream that answers ${what}`, async (t) => {
    const upstream = await startRawUpstream((socket) => void socket.write(bytes, 'latin1'));
    t.teardown(() => upstream.close());
    const front = await startFront(t, upstream.url, { service, workers: 1 });
    const client = await front.connect();
    await client.send(get('/'));
    const response = await client.readResponse();
    t.equal(response.status, 502);
    t.equal(JSON.parse(response.body.toString()).code, 'upstream-malformed');
    client.destroy();
  });
}

test('an upstream that refuses connections', async (t) => {
  const upstream = await startUpstream();
  await upstream.close();
  const front = await startFront(t, upstream.url, { service });
  const client = await front.connect();
  await client.send(get('/'));
  const response = await client.readResponse();
  t.equal(response.status, 502);
  t.equal(JSON.parse(response.body.toString()).code, 'upstream-connect-failed');
  client.destroy();
});

test('a client that goes away cancels its stream, and no other', async (t) => {
  const codes: number[] = [];
  const begun: (() => void)[] = [];
  let ended: (() => void) | undefined;
  const closed = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const upstream = await startHttp2Upstream((stream) => {
    stream.respond({ ':status': 200 });
    stream.write('x');
    begun.shift()?.();
    stream.on('close', () => {
      codes.push(stream.rstCode);
      ended?.();
    });
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { service: { protocol: 'h2' }, workers: 1 });
  const [one, two] = [await front.connect(), await front.connect()];
  for (const client of [one, two]) {
    const started = new Promise<void>((resolve) => void begun.push(resolve));
    await client.send(get('/'));
    await started;
  }
  one.destroy();
  await closed;
  t.same(codes, [NGHTTP2_CANCEL]);
  t.equal(upstream.sessions().length, 1, 'the connection stays');
  two.destroy();
});
