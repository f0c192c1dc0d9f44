/**
 * With `"expect": "forward"` a service answers "Expect: 100-continue" itself (RFC 9110 section 10.1.1): it invites the body,
 * or answers without it, and then its connection carries no other request.
 */
import type { Socket } from 'node:net';
import { type Test, test } from 'tap';

import { type Front, post, startFront, VERSIONS } from '../support/front.js';
import { startRawUpstream } from '../support/upstream.js';

const BODY = 'worth the wait';
const HEAD = post('/orders', BODY, 'Expect: 100-Continue').slice(0, -BODY.length);
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

function frontOf(t: Test, url: string, service = {}): Promise<Front> {
  const route = { name: 'orders', match: { path: '/orders' }, allow: ['client'], proxy: 'service' };
  const more = [{ ...route, expect: 'forward' }];
  return startFront(t, url, { more, service, workers: 1 });
}

test('the service gets Expect, and its 100 invites the client', async (t) => {
  const upstream = await startRawUpstream((socket, received) => {
    const text = received.toString('latin1');
    if (text.endsWith(BODY)) socket.write(OK);
    else if (text.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
  });
  t.teardown(() => upstream.close());
  const front = await frontOf(t, upstream.url);
  for (const version of VERSIONS) {
    const client = await front.connectRaw(version);
    await client.send(HEAD);
    t.match(await client.readResponse(), { status: 100, fields: [] }, version);
    await client.send(BODY);
    t.equal((await client.readResponse()).status, 200);
    client.destroy();
  }
  const heads = upstream.received().join('').split(BODY).slice(0, -1);
  t.equal(heads.length, VERSIONS.length);
  for (const head of heads) t.equal(head.match(/\r\nExpect: 100-continue\r\n/g)?.length, 1);
});

test('a client that does not wait is not held up', async (t) => {
  const upstream = await startRawUpstream((socket, received) => {
    if (received.toString('latin1').endsWith(BODY)) socket.write(OK);
  });
  t.teardown(() => upstream.close());
  const client = await (await frontOf(t, upstream.url)).connectRaw();
  await client.send(HEAD + BODY);
  t.equal((await client.readResponse()).status, 200);
  client.destroy();
});

test('an answer before the body ends both connections', async (t) => {
  const closed: Promise<void>[] = [];
  const upstream = await startRawUpstream((socket: Socket) => {
    closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
    socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\n\r\ntoo much');
  });
  t.teardown(() => upstream.close());
  const client = await (await frontOf(t, upstream.url)).connectRaw();
  await client.send(HEAD);
  const { status, header } = await client.readResponse();
  t.equal(status, 413);
  t.equal(header('connection'), 'close');
  t.equal(await client.closed, 'ended');
  await closed[0];
  t.equal(closed.length, 1, 'the service’s connection was closed, not kept');
});

test('a service that neither invites nor answers is the one that is late', async (t) => {
  const upstream = await startRawUpstream(() => {});
  t.teardown(() => upstream.close());
  const front = await frontOf(t, upstream.url, { timeouts: { response: '300ms' } });
  const client = await front.connectRaw();
  await client.send(HEAD);
  const { status, body } = await client.readResponse();
  t.equal(status, 504);
  t.equal(JSON.parse(body.toString()).code, 'upstream-timeout');
  client.destroy();
});

// As http.server of Python does that answers in handle_expect_100: what follows the head is the next request to it.
test('a body that the service was sent and did not read is no request to it', async (t) => {
  const SMUGGLED = 'GET /denied HTTP/1.1\r\nX-Rest: ';
  const asked: string[] = [];
  const read = new Map<Socket, number>();
  const upstream = await startRawUpstream((socket, received) => {
    const text = received.toString('latin1');
    const at = read.get(socket) ?? 0;
    const end = text.indexOf('\r\n\r\n', at);
    // It answers once the body is there, and leaves that.
    if (end < 0 || (at === 0 && text.startsWith('POST') && !text.endsWith(SMUGGLED))) return;
    read.set(socket, end + 4);
    asked.push(text.slice(at).split(' ')[1] ?? '');
    socket.write(OK);
  });
  t.teardown(() => upstream.close());
  const front = await frontOf(t, upstream.url);
  for (const version of VERSIONS) {
    const client = await front.connectRaw(version);
    await client.send(post('/orders', SMUGGLED, 'Expect: 100-continue'));
    t.equal((await client.readResponse()).status, 200);
    client.destroy();
    const next = await front.connectRaw(version);
    await next.send('GET /orders HTTP/1.1\r\nHost: a\r\n\r\n');
    t.equal((await next.readResponse()).status, 200);
    next.destroy();
  }
  t.same(
    asked,
    VERSIONS.flatMap(() => ['/orders', '/orders']),
  );
});
