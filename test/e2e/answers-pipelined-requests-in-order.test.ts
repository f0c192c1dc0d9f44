import { test } from 'tap';

import { get, post, startFront, VERSIONS } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

test('requests that come together are answered one by one, in their order', async (t) => {
  const upstream = await startUpstream(({ url, body }, response) => {
    // The first takes longest: an answer that overtakes another would show.
    const delay = url.endsWith('/0') ? 50 : 0;
    setTimeout(() => response.end(`${url} ${body}`), delay);
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
    const client = await front.connectRaw(version);
    const expected: string[] = [];
    let bytes = '';
    for (let i = 0; i < 20; i++) {
      const kind = i % 4;
      if (kind === 0) bytes += get(`/r/${i}`);
      if (kind === 1) bytes += post(`/r/${i}`, `body ${i}`);
      if (kind === 2) bytes += get('/hello');
      if (kind === 3) bytes += get(`/a%2Fb/${i}`);
      expected.push([`200 /r/${i} `, `200 /r/${i} body ${i}`, '200 hi', '400'][kind] ?? '');
    }
    await client.send(bytes + get('/last', 'Connection: close') + get('/never'));
    const got: string[] = [];
    for (let i = 0; i < 20; i++) {
      const { status, body } = await client.readResponse();
      got.push(status === 200 ? `${status} ${body}` : `${status}`);
    }
    t.same(got, expected, version);
    const last = await client.readResponse();
    t.equal(last.body.toString(), '/last ');
    t.equal(last.header('connection'), 'close');
    t.equal((await client.readToEnd()).length, 0, 'what follows a last request is not served');
    t.notOk(upstream.requests.some(({ url }) => url === '/never'));
  }
});
