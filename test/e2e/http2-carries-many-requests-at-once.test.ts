import { test } from 'tap';

import { startFront, VERSIONS } from '../support/front.js';
import { answerTo, ask, openHttp2 } from '../support/http2-client.js';
import { startUpstream } from '../support/upstream.js';

test('a hundred requests on one connection each get their own answer, whatever the order', async (t) => {
  const upstream = await startUpstream(({ url, body, headers }, response) => {
    response.setHeader('x-seen', `${headers['x-number']}`);
    setImmediate(() => response.end(`${url} ${body}`));
  });
  t.teardown(() => upstream.close());
  const { gateway, access } = await startFront(t, upstream.url);
  for (const version of VERSIONS) {
    const session = await openHttp2(gateway, version);
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    const answers = await Promise.all(
      numbers.map((i) =>
        ask(session, { ':method': 'POST', ':path': `/n/${i}`, 'x-number': `${i}` }, `body ${i}`),
      ),
    );
    for (const [i, { status, headers, body }] of answers.entries()) {
      t.match(
        { status, body, seen: headers['x-seen'] },
        { status: 200, body: `/n/${i} body ${i}`, seen: `${i}` },
      );
    }
    const line = await access(answers[7]?.headers['x-request-id'] as string);
    t.match(line, {
      protocol: 'HTTP/2.0',
      method: 'POST',
      path: '/n/7',
      host: 'localhost',
      client: 'client',
      status: 200,
      bytesIn: 6,
    });
    session.close();
  }
});

test('HEAD, statuses without a body, and crumbs of a cookie', async (t) => {
  const upstream = await startUpstream(({ url, method, headers }, response) => {
    if (url === '/none') response.statusCode = 204;
    if (url === '/same') response.statusCode = 304;
    if (url === '/sized') response.setHeader('content-length', 7);
    if (headers.cookie !== undefined) response.setHeader('x-cookie', headers.cookie);
    response.end(method === 'HEAD' || response.statusCode !== 200 ? undefined : 'content');
  });
  t.teardown(() => upstream.close());
  const { gateway } = await startFront(t, upstream.url);
  const session = await openHttp2(gateway);
  t.match(await ask(session, { ':method': 'HEAD', ':path': '/sized' }), {
    status: 200,
    headers: { 'content-length': '7' },
    body: '',
  });
  t.match(await ask(session, { ':path': '/none' }), { status: 204, body: '', code: 0 });
  t.match(await ask(session, { ':path': '/same' }), { status: 304, body: '', code: 0 });
  t.match(await ask(session, { ':path': '/sized', cookie: ['a=1', 'b=2'] }), {
    body: 'content',
    headers: { 'x-cookie': 'a=1; b=2' },
  });
  session.close();
});

test('a client that waits for 100 (Continue) is invited, unless it is refused', async (t) => {
  const upstream = await startUpstream(({ body }, response) => response.end(body));
  t.teardown(() => upstream.close());
  const { gateway } = await startFront(t, upstream.url);
  const session = await openHttp2(gateway);
  const send = (path: string) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      ':authority': 'localhost',
      expect: '100-continue',
    });
    stream.on('continue', () => stream.end('invited'));
    return answerTo(stream);
  };
  t.match(await send('/ok'), { status: 200, interim: [100], body: 'invited' });
  t.match(await send('/a%2Fb'), { status: 400, interim: [] });
  session.close();
});
