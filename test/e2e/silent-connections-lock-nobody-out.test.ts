/**
 * A crowd of connections that say nothing fills a listener's handshakes: the newcomer gets in, and the ones that have said
 * least for longest go. No timeout helps it: they are all longer than the test.
 */
import type { Socket } from 'node:net';
import { test } from 'tap';
import {
  type Config,
  type Credentials,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import { addressOf, RawClient } from '../support/raw-client.js';
import { SilentCrowd } from '../support/silent-crowd.js';
import { saying, Tunnel } from '../support/tunnel.js';
import { countingEnv, readCounters } from '../support/vital-signs.js';

const HANDSHAKES = 32;
const CROWD = 3 * HANDSHAKES; // every worker has its share, and gets its part by chance
const LATE = '10m';
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
const REQUEST = 'GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

// Listeners "edge" and "inner".
const config =
  (more: Config) =>
  (credentials: Credentials): Config => {
    const usual = usualConfig(credentials);
    const { edge } = usual.listeners as { readonly edge: Config };
    const full = {
      ...edge,
      limits: { handshakes: HANDSHAKES },
      timeouts: { firstByte: LATE, handshake: LATE },
      ...more,
    };
    return { ...usual, listeners: { edge: full, inner: full } };
  };

const start = (more: Config = {}): Promise<TestGateway> =>
  startGateway({ config: config(more), drainTimeout: '50ms', env: countingEnv });

interface From {
  readonly listener?: string;
  readonly localAddress?: string;
}

async function ask(gateway: TestGateway, version: (typeof VERSIONS)[number], from: From = {}) {
  const { credentials, ports } = gateway;
  const { authority, client } = credentials;
  const { listener = 'edge', ...rest } = from;
  const port = ports[listener] as number;
  const one = await RawClient.connect({ port, authority, client, version, ...rest });
  await one.send(REQUEST);
  const { status } = await one.readResponse();
  one.destroy();
  return status;
}

test('a crowd from many addresses', async (t) => {
  const gateway = await start();
  const crowd = await SilentCrowd.connect({ port: gateway.port, count: CROWD, from: addressOf });
  for (const version of VERSIONS) t.equal(await ask(gateway, version), 200, version);
  t.ok(crowd.open >= HANDSHAKES - VERSIONS.length, 'only as many went as had to');
  const { connectionsDisplaced, handshakesFailed } = await readCounters(gateway);
  // How many had to go is chance: some wait in the backlog, and who has finished leaves its place to the next.
  t.ok(crowd.open < CROWD, 'some went');
  t.ok(connectionsDisplaced >= CROWD - crowd.open, 'and each of them gave way');
  t.equal(handshakesFailed, 0);
  const line = await gateway.log.find(({ event }) => event === 'listener-limited');
  t.match(line, {
    type: 'security',
    code: 'handshake-displaced',
    listener: 'edge',
    remote: /^127\.1\./,
  });
  const lines = gateway.log.lines.filter(({ type }) => type === 'security');
  t.ok(lines.length < CROWD / 4, `${lines.length} lines, at most one a second and worker`);
  crowd.destroy();
  await gateway.stop();
});

test('a crowd from the address of the client itself', async (t) => {
  const gateway = await start();
  const from = (): string => '127.0.0.9';
  const crowd = await SilentCrowd.connect({ port: gateway.port, count: CROWD, from });
  for (const version of VERSIONS) {
    t.equal(await ask(gateway, version, { localAddress: from() }), 200, version);
  }
  crowd.destroy();
  await gateway.stop();
});

test('a crowd that says a byte now and then', async (t) => {
  const gateway = await start();
  const { port } = gateway;
  const crowd = await SilentCrowd.connect({ port, count: CROWD, from: addressOf, saying: '\x16' });
  for (const version of VERSIONS) t.equal(await ask(gateway, version), 200, version);
  crowd.destroy();
  await gateway.stop();
});

test('a crowd on another listener', async (t) => {
  const gateway = await start();
  const [edge, inner] = [gateway.ports.edge as number, gateway.ports.inner as number];
  const few = await SilentCrowd.connect({ port: inner, count: HANDSHAKES / 4 });
  const crowd = await SilentCrowd.connect({ port: edge, count: CROWD });
  for (const version of VERSIONS) {
    t.equal(await ask(gateway, version, { listener: 'inner' }), 200, version);
    t.equal(await ask(gateway, version), 200, version);
  }
  t.equal(few.ended, 0, 'nobody else has to go');
  crowd.destroy();
  few.destroy();
  await gateway.stop();
});

// The neighbour connects first, is as silent as the crowd, and then shakes hands after all.
test('a crowd from one address costs no neighbour his place', async (t) => {
  const gateway = await start();
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const thenFlooded = async (socket: Socket): Promise<void> => {
    const crowd = await SilentCrowd.connect({ port, count: CROWD });
    t.equal(await ask(gateway, 'TLSv1.3'), 200);
    t.not(socket.destroyed, true);
    crowd.destroy();
  };
  const neighbour = await Tunnel.open({
    ...{ port, authority, client, localAddress: '127.0.0.9', preamble: thenFlooded },
  });
  neighbour.write(REQUEST);
  t.match((await neighbour.untilEnd()).toString(), /^HTTP\/1\.1 200 /);
  neighbour.destroy();
  await gateway.stop();
});

test('a crowd behind a trusted proxy costs no other client behind it his place', async (t) => {
  const gateway = await start({ proxyProtocol: { from: ['127.0.0.0/8'] } });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const header = (ip: string): string => `PROXY TCP4 ${ip} 192.0.2.1 4711 443\r\n`;
  const open = (ip: string, then: (socket: Socket) => Promise<void> = async () => {}) =>
    Tunnel.open({
      ...{ port, authority, client },
      preamble: async (socket) => {
        await saying(header(ip))(socket);
        await then(socket);
      },
    });
  const neighbour = await open('198.51.100.1', async () => {
    const crowd = await SilentCrowd.connect({ port, count: CROWD, saying: header('198.51.100.2') });
    const same = await open('198.51.100.2');
    same.destroy();
    const line = await gateway.log.find(({ event }) => event === 'listener-limited');
    t.equal(line.remote, '198.51.100.2');
    crowd.destroy();
  });
  neighbour.write(REQUEST);
  t.match((await neighbour.untilEnd()).toString(), /^HTTP\/1\.1 200 /);
  neighbour.destroy();
  await gateway.stop();
});
