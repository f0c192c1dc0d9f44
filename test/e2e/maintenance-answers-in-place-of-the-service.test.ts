import { test } from 'tap';
import { get, startFront } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

test('an upstream out of service on purpose', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const maintenance = { retryAfter: '1m', json: { back: 'at noon' } };
  const front = await startFront(t, upstream.url, { service: { maintenance } });
  const client = await front.connect();
  await client.send(get('/'));
  const response = await client.readResponse();
  t.equal(response.status, 503);
  t.equal(response.header('retry-after'), '60');
  t.equal(response.header('content-type'), 'application/json');
  t.equal(response.header('cache-control'), 'no-store');
  t.same(JSON.parse(response.body.toString()), { back: 'at noon' });
  t.equal(upstream.requests.length, 0);
  client.destroy();
});

test('one route of it, while the others go on', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const closed = {
    name: 'closed',
    match: { path: '/closed' },
    allow: ['client'],
    proxy: 'service',
    maintenance: {},
  };
  const front = await startFront(t, upstream.url, { more: [closed] });
  const client = await front.connect();
  await client.send(get('/closed'));
  const response = await client.readResponse();
  t.equal(response.status, 503);
  t.equal(response.header('retry-after'), undefined);
  t.match(response.body.toString(), /maintenance/);
  await client.send(get('/open'));
  t.equal((await client.readResponse()).status, 200);
  t.same(
    upstream.requests.map(({ url }) => url),
    ['/open'],
  );
  client.destroy();
});
