import { test } from 'tap';

import { get, startFront, VERSIONS } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const head = (path: string): string => get(path).replace('GET', 'HEAD');

test('HEAD gets the length of what GET gets, and no body', async (t) => {
  const upstream = await startUpstream(({ url, method }, response) => {
    if (url === '/sized') response.setHeader('content-length', 7);
    if (url === '/gone') response.statusCode = 404;
    response.end(method === 'HEAD' ? undefined : 'content');
  });
  t.teardown(() => upstream.close());
  const hello = {
    name: 'hello',
    match: { path: '/hello' },
    allow: ['client'],
    respond: { text: 'hi' },
  };
  const front = await startFront(t, upstream.url, { more: [hello] });

  for (const version of VERSIONS) {
    const client = await front.connect(version);
    const paths = ['/sized', '/unsized', '/gone', '/hello', '/a%2Fb'];
    await client.send(paths.map(head).join('') + get('/sized'));
    const seen: unknown[] = [];
    for (const _ of paths) {
      const { status, header } = await client.readResponse({ toHead: true });
      seen.push([status, header('content-length')]);
    }
    t.match(
      seen,
      [
        [200, '7'],
        [200, undefined],
        [404, undefined],
        [200, '2'],
        [400, /^[1-9]/],
      ],
      version,
    );
    const { body } = await client.readResponse();
    t.equal(body.toString(), 'content', 'nothing of a body came in between');
    client.destroy();
  }
});
