import type { ServerResponse } from 'node:http';
import { test } from 'tap';
import { endpointsOf, freePort, startNamed, tally } from '../support/endpoints.js';
import { type Front, get, startFront } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const admin = { socket: 'admin.sock' };

test('one that refuses connections costs no more attempts once it is out', async (t) => {
  const [good] = await startNamed(t, 'good');
  const bad = `127.0.0.1:${await freePort()}`;
  const service = {
    endpoints: [`http://${bad}`, good?.url],
    ejection: { failures: 3, time: '1h', maxTime: '1h' },
  };
  const front = await startFront(t, '', { service, extra: { admin } });
  const client = await front.connect();
  t.same(await tally(client, 20), { good: 20 });
  const { upstream, endpoint, reason, forMs } = await front.gateway.log.find(
    ({ event }) => event === 'upstream-ejected',
  );
  t.same({ upstream, endpoint, forMs }, { upstream: 'service', endpoint: bad, forMs: 3_600_000 });
  t.match(reason, /Connection refused/);
  const { [bad]: out, [`127.0.0.1:${good?.port}`]: other } = await endpointsOf(front);
  t.match(out, { state: 'ejected', failures: 3 });
  t.match(other, { state: 'up', failures: 0, requests: 20, inFlight: 0 });
  client.destroy();
});

test('one that answers 503 is out, comes back, and is out for longer if it has learnt nothing', async (t) => {
  let isWell = false;
  const moody = await startUpstream((_request, response) => {
    response.statusCode = isWell ? 200 : 503;
    response.end('moody');
  });
  t.teardown(() => moody.close());
  const [good] = await startNamed(t, 'good');
  const service = {
    endpoints: [moody.url, good?.url],
    ejection: { failures: 2, time: '1s', maxTime: '1m' },
  };
  const front = await startFront(t, '', { workers: 1, service });
  const client = await front.connect();
  const times = (): unknown[] =>
    front.gateway.log.lines
      .filter(({ event }) => event === 'upstream-ejected')
      .map(({ forMs }) => forMs);
  while (times().length < 2) await tally(client, 2);
  t.same(times(), [1000, 2000]);
  t.match(
    front.gateway.log.lines.find(({ event }) => event === 'upstream-ejected'),
    {
      reason: 'status 503',
    },
  );
  isWell = true;
  let counts: Record<string, number> = {};
  while (!counts.moody) counts = await tally(client, 2);
  t.same(await tally(client, 4), { moody: 2, good: 2 });
  client.destroy();
});

/** outcomes asks so often, each time on a connection of its own, and counts; 'cut' is a response that broke off. */
async function outcomes(front: Front, count: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const client = await front.connect();
    const one = await tally(client, 1).catch(() => ({ cut: 1 }));
    for (const who of Object.keys(one)) counts[who] = (counts[who] ?? 0) + 1;
    client.destroy();
  }
  return counts;
}

const BROKEN: readonly (readonly [string, (response: ServerResponse) => void, RegExp])[] = [
  ['break off', (response) => response.socket?.destroy(), /closed|ended|reset/i],
  ['stall', () => {}, /stopped in the middle/],
];

for (const [what, breaks, why] of BROKEN)
  test(`one whose responses ${what} is out, unless whole ones come between`, async (t) => {
    let asked = 0;
    let isEverWhole = true;
    const fragile = await startUpstream((_request, response) => {
      asked++;
      if (isEverWhole && asked % 3 === 0) return void response.end('whole');
      response.writeHead(200, { 'Content-Length': '10' });
      response.write('half', () => breaks(response));
    });
    t.teardown(() => fragile.close());
    const [good] = await startNamed(t, 'good');
    const ejection = { failures: 3, time: '1h', maxTime: '1h' };
    const timeouts = { idle: '300ms' };
    const service = { endpoints: [fragile.url, good?.url], ejection, timeouts };
    const front = await startFront(t, '', { workers: 1, service });
    const isOut = () => front.gateway.log.lines.some(({ event }) => event === 'upstream-ejected');
    t.same(await outcomes(front, 12), { cut: 4, whole: 2, good: 6 });
    t.notOk(isOut());
    isEverWhole = false;
    t.same(await outcomes(front, 6), { cut: 3, good: 3 });
    const { reason } = await front.gateway.log.find(({ event }) => event === 'upstream-ejected');
    t.match(reason, why);
    t.same(await outcomes(front, 4), { good: 4 });
  });

test('the last one is never taken out', async (t) => {
  const broken = await startUpstream((_request, response) => {
    response.statusCode = 502;
    response.end();
  });
  t.teardown(() => broken.close());
  const service = { endpoints: [broken.url], ejection: { failures: 1, maxPercent: 100 } };
  const front = await startFront(t, '', { workers: 1, service });
  const client = await front.connect();
  t.same(await tally(client, 5), { 502: 5 });
  await client.send(get('/'));
  t.equal((await client.readResponse()).header('retry-after'), undefined, 'its own answer');
  t.notOk(front.gateway.log.lines.some(({ event }) => event === 'upstream-ejected'));
  client.destroy();
});
