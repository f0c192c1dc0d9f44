import { test } from 'tap';

import { get, startFront } from '../support/front.js';
import { startHttp2Upstream } from '../support/http2-upstream.js';

const CLIENTS = 20;

test('clients that do not read their responses, and one that does', async (t) => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const upstream = await startHttp2Upstream((stream, headers) => {
    stream.respond({ ':status': 200 });
    if (headers[':path'] === '/small') return void stream.end('ok\n');
    const more = (): void => {
      while (!stream.destroyed && stream.write(piece));
      stream.once('drain', more);
    };
    more();
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { service: { protocol: 'h2' }, workers: 1 });
  const stalled = await Promise.all(Array.from({ length: CLIENTS }, () => front.connect()));
  for (const client of stalled) {
    client.pause();
    await client.send(get('/endless'));
  }
  for (let i = 0; i < 5; ++i) {
    const client = await front.connect();
    await client.send(get('/small'));
    const response = await client.readResponse();
    t.equal(response.body.toString(), 'ok\n');
    client.destroy();
  }
  t.equal(upstream.connections(), 1);
  for (const client of stalled) client.destroy();
});
