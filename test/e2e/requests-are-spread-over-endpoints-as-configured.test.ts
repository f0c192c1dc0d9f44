import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { startNamed, tally } from '../support/endpoints.js';
import { get, startFront } from '../support/front.js';
import { connectHttp } from '../support/http-connection.js';
import { startUpstream } from '../support/upstream.js';

// Where a hash leads is chance: so many are asked for at least, and until each endpoint has had one, which is certain in MOST.
const LEAST = 12;
const MOST = 200;
const goesOn = (asked: number, seen: ReadonlySet<string>, endpoints: number): boolean =>
  asked < LEAST || (seen.size < endpoints && asked < MOST);

test('in turn, by weight', async (t) => {
  const [a, b] = await startNamed(t, 'a', 'b');
  const endpoints = [{ url: a?.url, weight: 3 }, { url: b?.url }];
  const front = await startFront(t, '', { workers: 1, service: { endpoints } });
  const client = await front.connect();
  t.same(await tally(client, 16), { a: 12, b: 4 });
  client.destroy();
});

test('to where the fewest requests are in flight', async (t) => {
  const held: (() => void)[] = [];
  const slow = await startUpstream((_request, response) => held.push(() => response.end('slow')));
  t.teardown(() => slow.close());
  const [quick] = await startNamed(t, 'quick');
  const service = { endpoints: [slow.url, quick?.url], balance: 'least-connections' };
  const front = await startFront(t, '', { workers: 1, service });
  const [waiting, client] = [await front.connect(), await front.connect()];
  await waiting.send(get('/'));
  while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
  t.same(await tally(client, 10), { quick: 10 });
  held[0]?.();
  t.equal((await waiting.readResponse()).body.toString(), 'slow');
  for (const one of [waiting, client]) one.destroy();
});

test('by a header field: the same value, the same endpoint, on every worker', async (t) => {
  const names = ['a', 'b', 'c'];
  const endpoints = (await startNamed(t, ...names)).map(({ url }) => url);
  const service = { endpoints, balance: 'hash', hashOn: { header: 'X-Session' } };
  const front = await startFront(t, '', { workers: 3, service });
  const seen = new Set<string>();
  for (let session = 0; goesOn(session, seen, names.length); session++) {
    const counts: Record<string, number> = {};
    for (let connection = 0; connection < 2; connection++) {
      const client = await front.connect();
      const asked = await tally(client, 3, get('/', `X-Session: ${session}`));
      for (const [name, count] of Object.entries(asked)) counts[name] = (counts[name] ?? 0) + count;
      client.destroy();
    }
    t.equal(Object.keys(counts).length, 1, `session ${session}: ${JSON.stringify(counts)}`);
    for (const name of Object.keys(counts)) seen.add(name);
  }
  t.same([...seen].sort(), names, 'not all sessions are at one endpoint');
});

test('by a header field that is not there: in turn', async (t) => {
  const endpoints = (await startNamed(t, 'a', 'b')).map(({ url }) => url);
  const service = { endpoints, balance: 'hash', hashOn: { header: 'X-Session' } };
  const front = await startFront(t, '', { workers: 1, service });
  const client = await front.connect();
  t.same(await tally(client, 6), { a: 3, b: 3 });
  client.destroy();
});

test("by the client's certificate", async (t) => {
  const endpoints = (await startNamed(t, 'a', 'b')).map(({ url }) => url);
  const service = { endpoints, balance: 'hash' };
  const front = await startFront(t, '', { workers: 1, service, allow: 'any-trusted' });
  const { authority } = front.gateway.credentials;
  const seen = new Set<string>();
  for (let i = 0; goesOn(i, seen, endpoints.length); i++) {
    const client = issueClient(authority, `client ${i}`);
    const connection = await connectHttp({ port: front.gateway.port, authority, client });
    const counts = Object.keys(await tally(connection, 4));
    t.equal(counts.length, 1);
    for (const name of counts) seen.add(name);
    connection.destroy();
  }
  t.same([...seen].sort(), ['a', 'b']);
});
