/**
 * Interim responses of a service (RFC 9110 section 15.2) reach the client, whatever either of them speaks; a 102 renews the
 * service's response timeout, within a bound.
 */
import { connect, type IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import { type Test, test } from 'tap';

import { type Front, get, startFront, VERSIONS } from '../support/front.js';
import { startHttp2Upstream } from '../support/http2-upstream.js';
import { tlsOptionsOf } from '../support/tls-options.js';
import { startRawUpstream } from '../support/upstream.js';

const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Gone: 1\r\n\r\n';
const PROCESSING = 'HTTP/1.1 102 Processing\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const EDITS = { response: { set: { 'X-Added': '1' }, remove: ['X-Gone'] } };

interface Heard {
  readonly interims: readonly (readonly [status: number, link: string | undefined])[];
  readonly status: number;
  readonly names: readonly string[];
}

/** askOver1 reads every response to one request. */
async function askOver1(front: Front, version: (typeof VERSIONS)[number]): Promise<Heard> {
  const client = await front.connectRaw(version);
  await client.send(get('/'));
  const interims: (readonly [number, string | undefined])[] = [];
  const names: string[] = [];
  for (;;) {
    const { status, header, fields } = await client.readResponse();
    if (status >= 200) {
      client.destroy();
      return { interims, status, names };
    }
    interims.push([status, header('link')]);
    names.push(...fields.map(([name]) => name.toLowerCase()));
  }
}

/** askOver2 does so over HTTP/2. */
function askOver2({ gateway }: Front, version: (typeof VERSIONS)[number]): Promise<Heard> {
  const { authority, client } = gateway.credentials;
  const options = tlsOptionsOf({ authority, client, version });
  const session = connect(`https://localhost:${gateway.port}`, options);
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': '/' });
    const interims: (readonly [number, string | undefined])[] = [];
    const names: string[] = [];
    let status = 0;
    stream.on('headers', (head: IncomingHttpHeaders) => {
      interims.push([Number(head[':status']), head.link as string | undefined]);
      names.push(...Object.keys(head).filter((name) => !name.startsWith(':')));
    });
    stream.on('response', (head) => {
      status = Number(head[':status']);
    });
    stream.on('error', reject);
    stream.on('end', () => {
      session.destroy();
      resolve({ interims, status, names });
    });
    stream.resume();
    stream.end();
  });
}

async function frontOf(t: Test, url: string, service = {}): Promise<Front> {
  const route = { name: 'hints', match: { path: '/' }, allow: ['client'], proxy: 'service' };
  return startFront(t, url, { service, more: [{ ...route, headers: EDITS }] });
}

async function checkHints(t: Test, front: Front): Promise<void> {
  for (const version of VERSIONS) {
    for (const ask of [askOver1, askOver2]) {
      const { interims, status, names } = await ask(front, version);
      t.strictSame(interims, [
        [103, '</a.css>; rel=preload'],
        [102, undefined],
      ]);
      t.equal(status, 200);
      t.strictSame(
        names,
        ['link'],
        'what the route removes is removed, what it adds is the answer’s',
      );
    }
  }
}

test('103 and 102 of a service that speaks HTTP/1.1 pass on to every client', async (t) => {
  const upstream = await startRawUpstream((socket: Socket) => {
    socket.write(`${HINTS}${PROCESSING}`, () => socket.write(OK));
  });
  t.teardown(() => upstream.close());
  await checkHints(t, await frontOf(t, upstream.url));
});

test('103 and 102 of a service that speaks HTTP/2 pass on to every client', async (t) => {
  const upstream = await startHttp2Upstream((stream) => {
    stream.additionalHeaders({
      ':status': 103,
      link: '</a.css>; rel=preload',
      'x-gone': '1',
    });
    stream.additionalHeaders({ ':status': 102 });
    stream.respond({ ':status': 200 });
    stream.end('ok');
  });
  t.teardown(() => upstream.close());
  await checkHints(t, await frontOf(t, upstream.url, { protocol: 'h2' }));
});

test('interim responses as long as a head may be arrive, however many come at once', async (t) => {
  const link = `</${'a'.repeat(20_000)}.css>; rel=preload`;
  const many = Array(4).fill(103) as number[];
  const old = await startRawUpstream((socket: Socket) => {
    socket.write(`${`HTTP/1.1 103 Early Hints\r\nLink: ${link}\r\n\r\n`.repeat(many.length)}${OK}`);
  });
  t.teardown(() => old.close());
  const upstream = await startHttp2Upstream((stream) => {
    for (const status of many) stream.additionalHeaders({ ':status': status, link });
    stream.respond({ ':status': 200 });
    stream.end('ok');
  });
  t.teardown(() => upstream.close());
  const fronts = [await frontOf(t, old.url), await frontOf(t, upstream.url, { protocol: 'h2' })];
  for (const front of fronts) {
    for (const ask of [askOver1, askOver2]) {
      const { interims, status } = await ask(front, 'TLSv1.3');
      t.strictSame(
        interims.map(([interim]) => interim),
        many,
      );
      t.ok(interims.every(([, got]) => got === link));
      t.equal(status, 200);
    }
  }
});

test('a client of HTTP/1.0 gets the final response alone, and nobody a 100 unasked', async (t) => {
  const upstream = await startRawUpstream((socket: Socket) => {
    socket.write(`HTTP/1.1 100 Continue\r\n\r\n${HINTS}${OK}`);
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url);
  const old = await front.connectRaw();
  await old.send('GET / HTTP/1.0\r\n\r\n');
  t.match((await old.readToEnd()).toString(), /^HTTP\/1.1 200 OK\r\n/);
  const client = await front.connectRaw();
  await client.send(get('/'));
  t.equal((await client.readResponse()).status, 103);
  t.equal((await client.readResponse()).status, 200);
  client.destroy();
});

test('a service that says 102 has its response timeout again, up to a bound', async (t) => {
  const timers = new Set<NodeJS.Timeout>();
  t.teardown(() => {
    for (const timer of timers) clearInterval(timer);
  });
  const upstream = await startRawUpstream((socket, received) => {
    const times = Number(/\/(\d+) /.exec(received.toString('latin1'))?.[1] ?? 0);
    let said = 0;
    const timer = setInterval(() => {
      if (socket.destroyed) clearInterval(timer);
      else if (said++ < times) socket.write(PROCESSING);
      else socket.end(OK);
    }, 400);
    timers.add(timer);
  });
  t.teardown(() => upstream.close());
  // Patient enough for a busy machine: what is waited for is longer than the timeout all the same.
  const front = await startFront(t, upstream.url, { service: { timeouts: { response: '2s' } } });
  const client = await front.connectRaw();
  await client.send(get('/8'));
  for (let i = 0; i < 8; i++) t.equal((await client.readResponse()).status, 102);
  t.equal((await client.readResponse()).status, 200);
  client.destroy();

  const short = await startFront(t, upstream.url, { service: { timeouts: { response: '500ms' } } });
  const waiting = await short.connectRaw();
  await waiting.send(get('/1000000'));
  let last = await waiting.readResponse();
  while (last.status === 102) last = await waiting.readResponse();
  t.equal(last.status, 504);
  t.equal(JSON.parse(last.body.toString()).code, 'upstream-timeout');
  waiting.destroy();
});
