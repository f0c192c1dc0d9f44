import type { Test } from 'tap';
import { test } from 'tap';
import { untilOpen } from '../support/endpoints.js';
import { get, startFront } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const extra = { admin: { socket: 'admin.sock' } };

/** startHolding holds every answer until it is told to let go of one. */
async function startHolding(t: Test) {
  const held: { readonly url: string; readonly letGo: () => void }[] = [];
  const upstream = await startUpstream(({ url }, response) => {
    held.push({ url, letGo: () => response.end(url) });
  });
  t.teardown(() => upstream.close());
  const until = async (count: number): Promise<void> => {
    while (held.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return { ...upstream, held, until };
}

test('requests wait in the order of their coming, and what is too much is refused', async (t) => {
  const service = await startHolding(t);
  const limits = { requests: 1, queue: 2, queueTimeout: '1m' };
  const front = await startFront(t, service.url, { workers: 1, service: { limits }, extra });
  const clients = await Promise.all(Array.from({ length: 4 }, () => front.connect()));
  const [first, second, third, fourth] = clients;
  await first?.send(get('/1'));
  await service.until(1);
  await second?.send(get('/2'));
  await untilOpen(front, 2);
  await third?.send(get('/3'));
  await untilOpen(front, 3);
  await fourth?.send(get('/4'));
  const refused = await fourth?.readResponse();
  t.equal(refused?.status, 503);
  t.equal(refused?.header('retry-after'), '1');
  t.match(JSON.parse(String(refused?.body)), { code: 'upstream-busy' });
  t.equal(service.held.length, 1);

  for (const [index, client] of [first, second, third].entries()) {
    await service.until(index + 1);
    service.held[index]?.letGo();
    t.equal(String((await client?.readResponse())?.body), `/${index + 1}`);
  }
  for (const client of clients) client.destroy();
});

test('a request that waits for too long is refused', async (t) => {
  const service = await startHolding(t);
  const limits = { requests: 1, queueTimeout: '50ms' };
  const front = await startFront(t, service.url, { workers: 1, service: { limits }, extra });
  const [first, second] = [await front.connect(), await front.connect()];
  await first.send(get('/1'));
  await service.until(1);
  await second.send(get('/2'));
  const refused = await second.readResponse();
  t.equal(refused.status, 503);
  const line = await front.access(refused.header('x-request-id'));
  t.match(line, { code: 'upstream-busy', detail: 'service: no endpoint became free in time' });
  service.held[0]?.letGo();
  t.equal((await first.readResponse()).status, 200);
  await second.send(get('/3'));
  await service.until(2);
  service.held[1]?.letGo();
  t.equal((await second.readResponse()).status, 200, 'and there is room again');
  for (const client of [first, second]) client.destroy();
});

test('a client that goes away while it waits leaves the queue', async (t) => {
  const service = await startHolding(t);
  const limits = { requests: 1, queue: 1, queueTimeout: '1m' };
  const front = await startFront(t, service.url, { workers: 1, service: { limits }, extra });
  const [first, gone, third] = [
    await front.connect(),
    await front.connect(),
    await front.connect(),
  ];
  await first.send(get('/1'));
  await service.until(1);
  await gone.send(get('/gone'));
  await untilOpen(front, 2);
  gone.destroy();
  await front.gateway.log.find(({ path }) => path === '/gone');
  await third.send(get('/3'));
  await untilOpen(front, 2);
  service.held[0]?.letGo();
  t.equal(String((await first.readResponse()).body), '/1');
  await service.until(2);
  t.equal(service.held[1]?.url, '/3');
  service.held[1]?.letGo();
  t.equal(String((await third.readResponse()).body), '/3');
  for (const client of [first, third]) client.destroy();
});
