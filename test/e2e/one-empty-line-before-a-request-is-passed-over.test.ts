/**
 * A client may end a body with an empty line (RFC 9112 section 2.2). One before a request line is passed over, on the first
 * request of a connection and on each later one; nothing else is.
 */
import { test } from 'tap';

import { get, post, startFront, VERSIONS } from '../support/front.js';
import { startRecordingUpstream } from '../support/recording-upstream.js';
import { readRequests } from '../support/strict-http-reader.js';

const EMPTY = '\r\n';

test('one empty line before each request changes nothing, however it is cut', async (t) => {
  const upstream = await startRecordingUpstream();
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { workers: 1 });
  for (const version of VERSIONS) {
    const together = await front.connectRaw(version);
    const paths = [1, 2, 3].map((number) => `/${version}/together/${number}`);
    const [first = '', second = '', third = ''] = paths;
    await together.send(
      EMPTY + post(first, 'body') + EMPTY + get(second) + EMPTY + get(third, 'Connection: close'),
    );
    for (const path of paths) t.equal((await together.readResponse()).status, 200, path);
    t.equal(await together.closed, 'ended');

    const cut = await front.connectRaw(version);
    for (const path of ['/cut/1', '/cut/2']) {
      for (const byte of Buffer.from(EMPTY + get(path))) await cut.send(Uint8Array.of(byte));
      t.equal((await cut.readResponse()).status, 200, `${version} ${path}`);
    }
    cut.destroy();
  }
  for (const { violation, unfinished } of upstream.judged()) {
    t.equal(violation, undefined);
    t.equal(unfinished.length, 0);
  }
  t.equal(upstream.received().flatMap((bytes) => readRequests(bytes).requests).length, 10);
});

test('a bare LF, a bare CR and a second empty line are refused', async (t) => {
  const upstream = await startRecordingUpstream();
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url);
  const before = [
    '\n',
    '\r',
    '\r\r\n',
    '\n\r\n',
    EMPTY + EMPTY,
    `${EMPTY}\n`,
    `${EMPTY}\r`,
    ' \r\n',
  ];
  for (const kept of ['', get('/before')]) {
    for (const bytes of before) {
      const client = await front.connectRaw();
      await client.send(kept + bytes + get('/behind'));
      if (kept !== '') t.equal((await client.readResponse()).status, 200);
      const { status, body } = await client.readResponse();
      t.equal(status, 400, JSON.stringify(kept + bytes));
      t.equal(JSON.parse(body.toString()).code, 'malformed-request');
      t.equal(await client.closed, 'ended');
    }
  }
  const reached = upstream.received().flatMap((bytes) => readRequests(bytes).requests);
  t.notOk(reached.some(({ target }) => target === '/behind'));
});

test('an empty line begins no request: its connection is idle, and ends without an answer', async (t) => {
  const upstream = await startRecordingUpstream();
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { timeouts: { idle: '1s', head: '1s' } });
  for (const kept of ['', get('/before')]) {
    for (const bytes of [EMPTY, '\r']) {
      const client = await front.connectRaw();
      await client.send(kept + bytes);
      if (kept !== '') t.equal((await client.readResponse()).status, 200);
      t.equal((await client.readToEnd()).toString(), '', JSON.stringify(kept + bytes));
      t.equal(await client.closed, 'ended');
    }
    const begun = await front.connectRaw();
    await begun.send(`${kept}${EMPTY}G`);
    if (kept !== '') t.equal((await begun.readResponse()).status, 200);
    t.equal((await begun.readResponse()).status, 408);
    t.equal(await begun.closed, 'ended');
  }
});
