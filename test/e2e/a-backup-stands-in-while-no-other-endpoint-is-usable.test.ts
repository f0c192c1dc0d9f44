import { test } from 'tap';
import { freePort, startNamed, tally } from '../support/endpoints.js';
import { get, post, startFront } from '../support/front.js';

test('requests go to a backup only when the others are gone', async (t) => {
  const [a, b, backup] = await startNamed(t, 'a', 'b', 'backup');
  const endpoints = [a?.url, b?.url, { url: backup?.url, backup: true }];
  const front = await startFront(t, '', { workers: 1, service: { endpoints } });
  const client = await front.connect();
  t.same(await tally(client, 4), { a: 2, b: 2 });
  await a?.close();
  t.same(await tally(client, 4), { b: 4 });
  await b?.close();
  t.same(await tally(client, 4, post('/', 'x')), { backup: 4 }, 'nothing was sent: also a POST');
  client.destroy();
});

test('without failback they stay there', async (t) => {
  const [backup] = await startNamed(t, 'backup');
  const gone = await freePort();
  const service = (failback: boolean) => ({
    endpoints: [`http://127.0.0.1:${gone}`, { url: backup?.url, backup: true }],
    failback,
    ejection: { failures: 1, time: '1ms', maxTime: '1ms' },
  });
  for (const failback of [true, false]) {
    const front = await startFront(t, '', { workers: 1, service: service(failback) });
    const client = await front.connect();
    t.same(await tally(client, 1), { backup: 1 });
    await front.gateway.log.find(({ event }) => event === 'upstream-restored');
    await client.send(get('/'));
    const line = await front.access((await client.readResponse()).header('x-request-id'));
    t.equal(line.upstream, `127.0.0.1:${backup?.port}`);
    t.equal(line.attempts, failback ? 2 : undefined, `failback ${failback}`);
    client.destroy();
  }
});
