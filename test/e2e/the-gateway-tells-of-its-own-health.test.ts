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

  // Over HTTP/2 no question comes after GOAWAY.
  const client = await front.connect();
  await client.send(get('/slow'));
  const other = await front.connectRaw();
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

test('not ready while no endpoint of a service is well, and ready again afterwards', async (t) => {
  let status = 200;
  const upstream = await startUpstream((_request, response) => {
    response.statusCode = status;
    response.end();
  });
  t.teardown(() => upstream.close());
  // A busy machine may take its time to answer.
  const times = { interval: '500ms', timeout: '500ms' };
  const health = { path: '/healthz', ...times, healthy: 1, unhealthy: 1 };
  const options = { more, clientAuth: 'optional', service: { health } } as const;
  const front = await startFront(t, upstream.url, options);
  const client = await front.connect();
  const ask = async (path: string) => {
    await client.send(get(path));
    const response = await client.readResponse();
    return [response.status, JSON.parse(response.body.toString())];
  };
  t.equal((await ask('/ready'))[0], 200);
  status = 500;
  await front.gateway.log.find(({ event }) => event === 'upstream-down');
  const unready = { status: 'unready', generation: 1, upstreams: { service: 'unusable' } };
  for (const path of ['/ready', '/ready/service']) t.same(await ask(path), [503, unready], path);
  t.equal((await ask('/live'))[0], 200, 'it lives all the same');
  status = 200;
  await front.gateway.log.find(({ event }) => event === 'upstream-up');
  t.equal((await ask('/ready'))[0], 200);
  client.destroy();
});
