import { test } from 'tap';

import { post, startFront, VERSIONS } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const chunked = (path: string, body: string) =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: a',
    'Transfer-Encoding: chunked',
    '',
    body.length.toString(16),
    body,
    '0',
    '',
    '',
  ].join('\r\n');

test('narrower or wider than the listener’s, by length and in chunks', async (t) => {
  const upstream = await startUpstream((request, response) =>
    response.end(String(request.body.length)),
  );
  t.teardown(() => upstream.close());
  const route = (path: string, bodyBytes: number) => ({
    name: path.slice(1),
    match: { path },
    allow: ['client'],
    proxy: 'service',
    limits: { bodyBytes },
  });
  const front = await startFront(t, upstream.url, {
    limits: { bodyBytes: 100 },
    more: [route('/narrow', 10), route('/wide', 1000), route('/none', 0)],
  });
  const bounds = [
    ['/narrow', 10],
    ['/wide', 1000],
    ['/none', 0],
    ['/other', 100],
  ] as const;
  for (const version of VERSIONS) {
    for (const [path, most] of bounds) {
      for (const write of [post, chunked]) {
        if (write === chunked && most === 0) continue;
        const client = await front.connect(version);
        await client.send(write(path, 'x'.repeat(most)));
        const taken = await client.readResponse();
        t.equal(taken.status, 200, `${version} ${path} ${write.name}`);
        t.equal(taken.body.toString(), String(most));
        await client.send(write(path, 'x'.repeat(most + 1)));
        const refused = await client.readResponse();
        t.equal(refused.status, 413, `${version} ${path} ${write.name}`);
        t.equal(refused.header('content-type'), 'application/problem+json');
        t.equal(JSON.parse(refused.body.toString()).code, 'body-too-large');
        client.destroy();
      }
    }
  }
  t.equal(
    upstream.requests.filter(({ body }) => body.length > 1000).length,
    0,
    'nothing that is too large arrives whole',
  );
});
