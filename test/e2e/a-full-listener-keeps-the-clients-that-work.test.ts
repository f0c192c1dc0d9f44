/**
 * A listener that has all the connections it may have makes room: who is no client goes first, then the client that has
 * rested longest, and never one that has a request in flight; while all have, the newcomer waits.
 */
import { type Test, test } from 'tap';
import { startGateway } from '../support/gateway.js';
import { type KeptAlive, keepAlive } from '../support/kept-alive.js';
import { proxyConfig } from '../support/proxy-config.js';
import { SilentCrowd } from '../support/silent-crowd.js';
import { startUpstream } from '../support/upstream.js';
import { countingEnv, eventually, readCounters } from '../support/vital-signs.js';

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
const LATE = '10m';

/** A listener with four places before a service that answers /held… when it is told to. */
async function startSite(t: Test, version: (typeof VERSIONS)[number]) {
  const held: (() => void)[] = [];
  const upstream = await startUpstream((request, response) => {
    const answer = (): unknown => response.end('{}');
    if (request.url.startsWith('/held')) held.push(answer);
    else answer();
  });
  const timeouts = { firstByte: LATE, handshake: LATE, idle: LATE };
  const config = proxyConfig(upstream.url, {
    workers: 1,
    limits: { connections: 4 },
    timeouts,
    more: [{ name: 'fixed', match: { path: '/fixed' }, allow: ['client'], respond: { json: {} } }],
  });
  const gateway = await startGateway({ config, drainTimeout: '50ms', env: countingEnv });
  t.teardown(async () => {
    await gateway.stop();
    await upstream.close();
  });
  const connect = (): Promise<KeptAlive> => keepAlive(gateway, gateway.credentials.client, version);
  const rest = async (path: string): Promise<KeptAlive> => {
    const client = await connect();
    await client.get(path);
    return client;
  };
  // Resolves when the service has the request; `answer` when it is answered.
  const work = async (client: KeptAlive): Promise<{ answer: Promise<string> }> => {
    const before = held.length;
    const answer = client.get('/held');
    await eventually(
      () => held.length,
      (length) => length > before,
    );
    return { answer };
  };
  return { gateway, held, connect, rest, work };
}

for (const version of VERSIONS) {
  test(`who rests gives way, after who is no client, ${version}`, async (t) => {
    const { gateway, held, connect, rest, work } = await startSite(t, version);
    const { answer } = await work(await connect());
    const first = await rest('/first');
    const second = await rest('/second');
    const silent = await SilentCrowd.connect({ port: gateway.port, count: 1 });

    await rest('/third');
    t.equal(silent.open, 0, 'who has said nothing goes first');
    await first.get('/fixed');
    const farewell = second.ended();
    await rest('/fourth');
    t.equal(await farewell, '', 'then who has rested longest, with a farewell');

    const { connectionsDisplaced, idleClientsDisplaced } = await readCounters(gateway);
    t.same([connectionsDisplaced, idleClientsDisplaced], [1, 1]);
    t.match(await gateway.log.find(({ code }) => code === 'connection-displaced'), {
      ...{ type: 'security', event: 'listener-limited', listener: 'edge', count: 1 },
    });
    held[0]?.();
    t.match(await answer, /^HTTP\/1\.1 200 /);
  });

  test(`the newcomer waits while every client works, ${version}`, async (t) => {
    const { gateway, held, connect, work } = await startSite(t, version);
    const working: { answer: Promise<string> }[] = [];
    for (let i = 0; i < 4; i += 1) working.push(await work(await connect()));
    let isIn = false;
    const newcomer = connect().then((client) => {
      isIn = true;
      return client;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    t.equal(isIn, false);
    held[0]?.();
    t.match(await working[0]?.answer, /^HTTP\/1\.1 200 /);
    t.match(await (await newcomer).get('/x'), /^HTTP\/1\.1 200 /, 'as soon as a client rests');
    for (const answer of held.slice(1)) answer();
    for (const { answer } of working) t.match(await answer, /^HTTP\/1\.1 200 /);
    const { connectionsDisplaced, idleClientsDisplaced } = await readCounters(gateway);
    t.same([connectionsDisplaced, idleClientsDisplaced], [0, 1]);
  });
}
