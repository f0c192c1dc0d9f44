import { test } from 'tap';

import type { LogLine } from '../support/child-output.js';
import { startGateway } from '../support/gateway.js';
import { readHostileRequests } from '../support/http-vectors.js';
import { inParallel } from '../support/in-parallel.js';
import { startOracle, type Understood } from '../support/llhttp-oracle.js';
import { proxyConfig } from '../support/proxy-config.js';
import { addressOf, RawClient } from '../support/raw-client.js';
import { oddRequests } from '../support/request-mutations.js';

const SEED = Number(process.env.PINLATCH_TEST_SEED ?? 20261122);
const COUNT = 2000;
// llhttp knows a list of methods, the gateway takes any token: those that both know are compared.
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** canonical is a request target as the gateway passes it on: no authority, no dot segments, unreserved bytes decoded. */
function canonical(target: string): string {
  const local = target.replace(/^https?:\/\/[^/?]*/i, '');
  const [path = '', ...query] = local.split('?');
  const decoded = path.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
  });
  const kept: string[] = [];
  const segments = decoded.split('/').slice(1);
  segments.forEach((segment, index) => {
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  });
  return [`/${kept.join('/')}`, ...query].join('?');
}

async function throughTheGateway(payloads: readonly Buffer[], upstream: string) {
  const gateway = await startGateway({ config: proxyConfig(upstream, { methods: METHODS }) });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const remotes = await inParallel(payloads, 16, async (payload, index) => {
    const localAddress = addressOf(index);
    const connection = await RawClient.connect({ port, authority, client, localAddress });
    await connection.send(payload);
    connection.end();
    await connection.closed;
    return connection.remote;
  });
  await gateway.stop();
  const byRemote = new Map<string, LogLine[]>(remotes.map((remote) => [remote, []]));
  for (const line of gateway.log.lines) {
    if (line.type === 'access') byRemote.get(String(line.remote))?.push(line);
  }
  return remotes.map((remote) => byRemote.get(remote) ?? []);
}

const reachedUpstream = (line: LogLine): boolean =>
  line.upstream !== undefined && line.code === undefined;

/** asOfToday: a later minor version is read as 1.1 (RFC 9110 section 2.5); llhttp knows none. */
const asOfToday = (payload: Buffer): Buffer =>
  Buffer.from(
    payload.toString('latin1').replaceAll(/ HTTP\/1\.[2-9](?=\r?\n)/g, ' HTTP/1.1'),
    'latin1',
  );

/** isSame compares what the gateway logged, what the upstream got, and what llhttp found in the client's own bytes. */
function isSame(
  line: LogLine,
  got: Understood | undefined,
  meant: Understood | undefined,
): boolean {
  if (got === undefined || meant === undefined) return false;
  const asLogged = got.method === line.method && got.url.split('?')[0] === line.path;
  const asMeant = got.method === meant.method && got.url === canonical(meant.url);
  const whole = got.body.length === line.bytesIn && got.body.equals(meant.body);
  return asLogged && asMeant && whole;
}

test(`2,000 odd requests (seed ${SEED}) and the vectors`, async (t) => {
  const vectors = readHostileRequests()?.map(({ bytes }) => bytes);
  if (vectors === undefined) t.comment('without ../shared/vectors/http1-requests.jsonl');
  const payloads = [...oddRequests(SEED, COUNT), ...(vectors ?? [])];

  const upstream = await startOracle();
  const logs = await throughTheGateway(payloads, upstream.url);
  await upstream.close();
  const forwarded = new Map<string | undefined, Understood>();
  for (const request of upstream.understood) forwarded.set(request.id, request);
  t.same(upstream.refused, [], 'llhttp takes everything that was forwarded');
  t.equal(forwarded.size, upstream.understood.length, 'every request has an id of its own');

  const oracle = await startOracle();
  const originals = await inParallel(payloads, 16, (payload) => oracle.read(asOfToday(payload)));
  await oracle.close();

  let answered = 0;
  const differences: unknown[] = [];
  logs.forEach((lines, index) => {
    const original = originals[index] ?? [];
    // Behind a method that llhttp does not know it reads nothing more.
    const unknown = lines.findIndex(({ code }) => code === 'method-not-allowed');
    const last = unknown < 0 ? lines.length : unknown;
    lines.forEach((line, place) => {
      if (!reachedUpstream(line)) return;
      answered++;
      const got = forwarded.get(String(line.requestId));
      const meant = place > last ? got : original[place];
      forwarded.delete(String(line.requestId));
      if (isSame(line, got, meant)) return;
      differences.push({ payload: payloads[index]?.toString('latin1'), got, meant, line });
    });
  });
  t.same(differences, [], 'what was forwarded is what llhttp reads in the client’s own bytes');
  t.same([...forwarded.values()], [], 'the upstream got nothing that the log does not have');
  t.ok(answered > COUNT / 10, 'sound requests get through');
  t.comment(`${payloads.length} connections, ${answered} requests forwarded`);
});
