import { test } from 'tap';

import { post, startFront, VERSIONS } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const BODY = 'worth the wait';
const HEAD = post('/orders', BODY, 'Expect: 100-Continue').slice(0, -BODY.length);

test('a client that expects 100 is invited, once, and then answered', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url);
  for (const version of VERSIONS) {
    const client = await front.connectRaw(version);
    await client.send(HEAD);
    const invitation = await client.readResponse();
    t.match(invitation, { status: 100, fields: [] }, version);
    await client.send(BODY);
    t.equal((await client.readResponse()).status, 200);
    const seen = upstream.requests.at(-1);
    t.equal(seen?.body.toString(), BODY);
    t.equal(seen?.headers.expect, undefined, 'the expectation was for the gateway');
    await client.send(post('/orders', 'again'));
    t.equal((await client.readResponse()).status, 200, 'the connection goes on');
    client.destroy();
  }
});

test('a body that is there already needs no invitation', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const client = await (await startFront(t, upstream.url)).connect();
  await client.send(HEAD + BODY);
  t.equal((await client.readResponse()).status, 200);
  client.destroy();
});

test('who is refused is not invited', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { limits: { bodyBytes: 5 } });
  const client = await front.connectRaw();
  await client.send(HEAD);
  const response = await client.readResponse();
  t.equal(response.status, 413);
  t.equal(response.header('connection'), 'close', 'the body that may still come has no reader');
  t.equal(await client.closed, 'ended');
  t.equal(upstream.requests.length, 0);
});
