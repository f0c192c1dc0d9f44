import { test } from 'tap';

import { startFront, VERSIONS } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const old = (path: string, ...lines: string[]): string =>
  [`GET ${path} HTTP/1.0`, ...lines, '', ''].join('\r\n');

test('HTTP/1.0: closed after a response unless the client asks to keep it, never chunked', async (t) => {
  const upstream = await startUpstream(({ url }, response) => {
    if (url === '/sized') {
      response.end('sized');
    } else {
      response.write('piece ');
      setImmediate(() => response.end('by piece'));
    }
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url);

  for (const version of VERSIONS) {
    const kept = await front.connectRaw(version);
    await kept.send(old('/sized', 'Host: a', 'Connection: keep-alive'));
    const first = await kept.readResponse();
    t.equal(first.header('connection'), 'keep-alive', version);
    t.equal(first.body.toString(), 'sized');
    await kept.send(old('/sized', 'Host: a'));
    const second = await kept.readResponse();
    t.equal(second.header('connection'), 'close');
    t.equal(await kept.closed, 'ended');

    const streamed = await front.connectRaw(version);
    await streamed.send(old('/stream', 'Host: a', 'Connection: keep-alive'));
    const response = await streamed.readResponse();
    t.equal(response.header('transfer-encoding'), undefined);
    t.equal(
      response.header('connection'),
      'close',
      'the end of the connection is the end of the body',
    );
    t.equal(response.body.toString(), 'piece by piece');
    t.equal(await streamed.closed, 'ended');
  }
});

test('a request without Host names the upstream’s, and is passed on as HTTP/1.1', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const client = await (await startFront(t, upstream.url)).connectRaw();
  await client.send(old('/sized'));
  t.equal((await client.readResponse()).status, 200);
  t.equal(upstream.requests[0]?.headers.host, `127.0.0.1:${upstream.port}`);
  t.equal(upstream.requests[0]?.headers['x-forwarded-host'], undefined, 'nobody asked for a host');
});
