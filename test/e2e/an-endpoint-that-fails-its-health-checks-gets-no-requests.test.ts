import { test } from 'tap';
import { endpointsOf, freePort, startNamed, tally } from '../support/endpoints.js';
import { get, startFront } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

// A busy machine may take its time to answer.
const times = { interval: '1s', timeout: '1s' };
const health = { path: '/healthz', ...times, healthy: 2, unhealthy: 2 };

async function startPatient(name: string) {
  const state = { status: 200, checks: [] as (string | undefined)[] };
  const upstream = await startUpstream((request, response) => {
    const isCheck = request.url === '/healthz';
    if (isCheck) state.checks.push(request.headers.host);
    response.statusCode = isCheck ? state.status : 200;
    response.end(name);
  });
  return { ...upstream, state };
}

test('an endpoint that is not well gets none until it is, on every worker', async (t) => {
  const patient = await startPatient('patient');
  const [other] = await startNamed(t, 'other');
  t.teardown(() => patient.close());
  const service = {
    endpoints: [patient.url, other?.url],
    health: { ...health, host: 'crm.local' },
  };
  const extra = { admin: { socket: 'admin.sock' } };
  const front = await startFront(t, '', { workers: 3, service, extra });
  const { log } = front.gateway;
  const clients = await Promise.all(Array.from({ length: 8 }, () => front.connect()));
  const all = async () => {
    const counts = await Promise.all(clients.map((client) => tally(client, 4)));
    return new Set(counts.flatMap(Object.keys));
  };
  t.same(await all(), new Set(['patient', 'other']));
  patient.state.status = 500;
  const down = await log.find(({ event }) => event === 'upstream-down');
  const name = `127.0.0.1:${patient.port}`;
  t.match(down, { upstream: 'service', endpoint: name, reason: 'health check: status 500' });
  t.same(await all(), new Set(['other']));
  t.match((await endpointsOf(front))[name], { state: 'down' });
  t.same(new Set(patient.state.checks), new Set(['crm.local']));

  patient.state.status = 204;
  await log.find(({ event }) => event === 'upstream-up');
  t.same(await all(), new Set(['patient', 'other']));
  for (const client of clients) client.destroy();
});

test('when none is well the answer is 503, at once', async (t) => {
  const patient = await startPatient('patient');
  t.teardown(() => patient.close());
  patient.state.status = 500;
  const front = await startFront(t, patient.url, { service: { health } });
  await front.gateway.log.find(({ event }) => event === 'upstream-down');
  const client = await front.connect();
  await client.send(get('/'));
  const response = await client.readResponse();
  t.equal(response.status, 503);
  t.equal(response.header('retry-after'), '5');
  t.match(JSON.parse(response.body.toString()), { code: 'upstream-unavailable', status: 503 });
  const line = await front.access(response.header('x-request-id'));
  t.equal(line.detail, `service: 127.0.0.1:${patient.port} is down`);
  t.equal(line.source, 'upstream');
  t.equal(
    patient.requests.filter(({ url }) => url !== '/healthz').length,
    0,
    'the service was not asked',
  );
  client.destroy();
});

test('without a path a connection is enough', async (t) => {
  const [good] = await startNamed(t, 'good');
  const gone = `127.0.0.1:${await freePort()}`;
  const service = {
    endpoints: [`http://${gone}`, good?.url],
    health: times,
    ejection: false,
  };
  const front = await startFront(t, '', { workers: 1, service });
  const down = await front.gateway.log.find(({ event }) => event === 'upstream-down');
  t.equal(down.endpoint, gone);
  t.match(down.reason, /^health check: Connection refused/);
  const client = await front.connect();
  t.same(await tally(client, 6), { good: 6 });
  await client.send(get('/'));
  const line = await front.access((await client.readResponse()).header('x-request-id'));
  t.equal(line.attempts, undefined, 'nobody tries the other');
  client.destroy();
});

test('a check that gets no answer fails in time', async (t) => {
  const mute = await startUpstream(() => {});
  t.teardown(() => mute.close());
  const front = await startFront(t, mute.url, { workers: 1, service: { health } });
  const down = await front.gateway.log.find(({ event }) => event === 'upstream-down');
  t.equal(down.reason, 'health check: no answer in time');
});
