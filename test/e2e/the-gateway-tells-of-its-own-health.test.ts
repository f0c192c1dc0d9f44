import { test } from 'tap';

import { get, startFront, VERSIONS } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const more = [
  { name: 'live', match: { path: '/live' }, allow: 'anyone', health: 'live' },
  { name: 'ready', match: { path: '/ready' }, allow: 'any-trusted', health: 'ready' },
  {
    name: 'named',
    match: { path: '/ready/service' },
    allow: ['client'],
    health: { ready: ['service'] },
  },
];

test('live and ready while it serves, and ready no longer once it drains', async (t) => {
  let release = (): void => {};
  const asked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const upstream = await startUpstream(async (_request, response) => {
    await asked;
    response.end('late');
  });
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, { more, clientAuth: 'optional' });
  for (const version of VERSIONS) {
    const client = await front.connect(version);
    const ask = async (path: string) => {
      await client.send(get(path));
      const response = await client.readResponse();
      t.equal(response.header('content-type'), 'application/json');
      t.equal(response.header('cache-control'), 'no-store');
      return [response.status, JSON.parse(response.body.toString())];
    };
    t.same(await ask('/live'), [200, { status: 'live', generation: 1 }], version);
    const ready = { status: 'ready', generation: 1, upstreams: { service: 'usable' } };
    t.same(await ask('/ready'), [200, ready]);
    t.same(await ask('/ready/service'), [200, ready]);
    await client.send(get('/live').replace('GET', 'HEAD'));
    const head = await client.readResponse({ toHead: true });
    t.equal(head.status, 200);
    t.ok(Number(head.header('content-length')) > 0);
    client.destroy();
  }

  // A pipelined question is read when the answer before it is through, and by then it drains.
  const client = await front.connect();
  await client.send(get('/slow'));
  const other = await front.connect();
  await front.gateway.log.find(({ type }) => type === 'access');
  front.gateway.signal('SIGTERM');
  await front.gateway.log.event('draining');
  await other.send(get('/ready'));
  const response = await other.readResponse();
  t.equal(response.status, 503);
  t.equal(JSON.parse(response.body.toString()).status, 'draining');
  t.equal(response.header('connection'), 'close');
  release();
  t.equal((await client.readResponse()).body.toString(), 'late');
});
