import { createHash, randomBytes } from 'node:crypto';
import { test } from 'tap';

import { call } from '../support/client.js';
import { startFront, VERSIONS } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const SIZE = 8 * 1024 * 1024;
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('8 MiB arrive whole, both ways, with a stated length and in chunks', async (t) => {
  const upload = randomBytes(SIZE);
  const download = randomBytes(SIZE);
  const upstream = await startUpstream(({ url, body }, response) => {
    response.setHeader('x-upload', hash(body));
    if (url === '/sized') response.setHeader('content-length', SIZE);
    for (let at = 0; at < SIZE; at += 100_000) response.write(download.subarray(at, at + 100_000));
    response.end();
  });
  t.teardown(() => upstream.close());
  const { gateway, access } = await startFront(t, upstream.url);
  const { port, credentials } = gateway;
  const { authority, client } = credentials;

  for (const version of VERSIONS) {
    for (const path of ['/sized', '/chunked']) {
      const headers: Record<string, string> =
        path === '/sized' ? { 'content-length': `${SIZE}` } : { 'transfer-encoding': 'chunked' };
      const what = {
        port,
        authority,
        client,
        version,
        method: 'POST',
        path,
        headers,
        body: upload,
      };
      const reply = await call(what);
      t.equal(reply.status, 200);
      t.equal(reply.headers['x-upload'], hash(upload), `${version} ${path}: up`);
      t.equal(hash(reply.bytes), hash(download), `${version} ${path}: down`);
      const line = await access(reply.headers['x-request-id'] as string);
      t.match(line, { bytesIn: SIZE, bytesOut: SIZE });
    }
  }
});
