import { test } from 'tap';
import { endpointsOf, startNamed, tally } from '../support/endpoints.js';
import { get, startFront } from '../support/front.js';

// RFC 6761 section 6.4: no resolver knows it.
const NOBODY = 'nobody.invalid';

test('the gateway serves, says so, and uses what it can reach', async (t) => {
  const [good] = await startNamed(t, 'good');
  const service = { endpoints: [`http://${NOBODY}:81`, good?.url] };
  const extra = { admin: { socket: 'admin.sock' } };
  const front = await startFront(t, '', { service, extra });
  const line = await front.gateway.log.find(({ event }) => event === 'upstream-unresolved');
  t.match(line, { upstream: 'service', endpoint: `${NOBODY}:81` });
  t.match(line.reason, /^cannot resolve nobody\.invalid: /);
  const client = await front.connect();
  t.same(await tally(client, 4), { good: 4 });
  t.match((await endpointsOf(front))[`${NOBODY}:81`], { state: 'unresolved', addresses: [] });
  client.destroy();
});

test('an upstream of which nothing resolves answers 503', async (t) => {
  const front = await startFront(t, `http://${NOBODY}`);
  const client = await front.connect();
  await client.send(get('/'));
  const response = await client.readResponse();
  t.equal(response.status, 503);
  t.match(JSON.parse(response.body.toString()), { code: 'upstream-unavailable' });
  const line = await front.access(response.header('x-request-id'));
  t.equal(line.detail, `service: ${NOBODY}:80 is unresolved`);
  client.destroy();
});

test('a name that resolves is there from the first request on', async (t) => {
  const [good] = await startNamed(t, 'good');
  const front = await startFront(t, `http://localhost:${good?.port}`);
  const client = await front.connect();
  t.same(await tally(client, 4), { good: 4 });
  client.destroy();
});
