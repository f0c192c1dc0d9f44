import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'tap';
import { get } from '../support/front.js';
import {
  type Config,
  type Credentials,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import { RawClient } from '../support/raw-client.js';
import { type AdminReply, askAdmin, reloadByCommand, SOCKET } from '../support/reloads.js';
import { listeningPorts } from '../support/sockets.js';
import { startUpstream } from '../support/upstream.js';
import { openTcp } from '../support/wire-client.js';

const RELOADS = 100;
const CONNECTIONS = 64;
const PAUSE_MS = 50; // of each connection between two requests

type Binds = Readonly<Record<string, string>>;

/** withListeners has these listeners, all like "edge", by the addresses that they bind. */
const withListeners =
  (binds: Binds, { upstream, workers = 2 }: { upstream?: string; workers?: number } = {}) =>
  (credentials: Credentials): Config => {
    const usual = usualConfig(credentials, upstream);
    const { edge } = usual.listeners as { readonly edge: Config };
    const listeners = Object.fromEntries(
      Object.entries(binds).map(([name, bind]) => [name, { ...edge, bind }]),
    );
    return { ...usual, workers, watch: false, admin: { socket: SOCKET }, listeners };
  };

interface Bound {
  readonly name: string;
  readonly port: number;
}

async function portsOf({ folder }: TestGateway): Promise<Readonly<Record<string, number>>> {
  const { body } = await askAdmin(folder, 'GET', '/v1/views/status');
  const bound = body.listeners as readonly Bound[];
  return Object.fromEntries(bound.map(({ name, port }) => [name, port]));
}

function publish(gateway: TestGateway, config: Config): Promise<AdminReply> {
  gateway.writeConfig(config);
  return reloadByCommand(gateway);
}

const connect = ({ credentials }: TestGateway, port: number) =>
  RawClient.connect({ port, ...credentials });

async function hello(client: RawClient) {
  await client.send(get('/hello'));
  return (await client.readResponse()).status;
}

/** isRefused says whether the kernel refuses a connection, or somebody else has been given the port meanwhile. */
const isRefused = ({ pid }: TestGateway, port: number): Promise<boolean> =>
  openTcp(port).then(
    (socket) => {
      socket.destroy();
      return !listeningPorts(pid).includes(port);
    },
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNREFUSED') throw error;
      return true;
    },
  );

test('a listener that comes is served, one that goes refuses connections at once', async (t) => {
  const gateway = await startGateway({ config: withListeners({ edge: '127.0.0.1:0' }) });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  const { credentials } = gateway;
  const both = withListeners({ edge: '127.0.0.1:0', other: '127.0.0.1:0' })(credentials);
  const one = withListeners({ edge: '127.0.0.1:0' })(credentials);
  const edge = await connect(gateway, gateway.port);
  for (let i = 0; i < 3; i++) {
    t.match(await publish(gateway, both), { status: 200 });
    const { other = 0 } = await portsOf(gateway);
    const client = await connect(gateway, other);
    t.equal(await hello(client), 200);
    t.match(await publish(gateway, one), { status: 200 });
    t.ok(await isRefused(gateway, other));
    t.equal(await client.closed, 'ended', 'its connections drain');
    t.same(await portsOf(gateway), { edge: gateway.port });
    t.equal(await hello(edge), 200);
  }
  const told = gateway.log.lines.filter(({ event }) => event === 'not-listening');
  t.match(told, Array(3).fill({ listener: 'other', address: '127.0.0.1', port: Number }));
});

test('a listener that moves keeps its connections and takes new ones where it is', async (t) => {
  for (const workers of [1, 2]) {
    const start = withListeners({ edge: '127.0.0.1:0' }, { workers });
    const gateway = await startGateway({ config: start });
    t.teardown(() => gateway.stop());
    await gateway.log.event('admin-listening');
    const { credentials } = gateway;
    const client = await connect(gateway, gateway.port);
    t.equal(await hello(client), 200);
    // Its own old address is in the way of the new one, and the other way round.
    for (const address of ['0.0.0.0', '127.0.0.1']) {
      const config = withListeners({ edge: `${address}:${gateway.port}` }, { workers });
      t.match(await publish(gateway, config(credentials)), { status: 200 }, address);
      t.equal(await hello(await connect(gateway, gateway.port)), 200);
    }
    const elsewhere = withListeners({ edge: '0.0.0.0:0' }, { workers })(credentials);
    t.match(await publish(gateway, elsewhere), { status: 200 });
    const { edge = 0 } = await portsOf(gateway);
    t.not(edge, gateway.port);
    t.ok(await isRefused(gateway, gateway.port));
    t.equal(await hello(await connect(gateway, edge)), 200);
    t.equal(await hello(client), 200, 'the connection that there was goes on');
  }
});

test('listeners change places and names without a moment at which a port is closed', async (t) => {
  const start = withListeners({ one: '127.0.0.1:0', two: '127.0.0.1:0' });
  const gateway = await startGateway({ config: start });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  const { credentials } = gateway;
  const { one = 0, two = 0 } = gateway.ports;
  const swapped = { one: `127.0.0.1:${two}`, two: `127.0.0.1:${one}` };
  t.match(await publish(gateway, withListeners(swapped)(credentials)), { status: 200 });
  t.same(await portsOf(gateway), { one: two, two: one });
  const renamed = { three: `127.0.0.1:${two}`, four: `127.0.0.1:${one}` };
  t.match(await publish(gateway, withListeners(renamed)(credentials)), { status: 200 });
  for (const port of [one, two]) t.equal(await hello(await connect(gateway, port)), 200);
});

test('a port that cannot be had fails the whole reload with its reason', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  t.teardown(() => taken.close());
  const { port } = taken.address() as { readonly port: number };
  const gateway = await startGateway({ config: withListeners({ edge: '127.0.0.1:0' }) });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  const binds = { edge: '127.0.0.1:0', fine: '127.0.0.1:0', other: `127.0.0.1:${port}` };
  const { status, body } = await publish(gateway, withListeners(binds)(gateway.credentials));
  t.equal(status, 422);
  t.match(body, { ok: false, generation: 1, reason: /\/listeners\/other.*in use/i });
  t.same(await portsOf(gateway), { edge: gateway.port }, 'nothing has changed');
  t.equal(await hello(await connect(gateway, gateway.port)), 200);
});

test('counts and limits of a listener go with its name', async (t) => {
  const gateway = await startGateway({ config: withListeners({ edge: '127.0.0.1:0' }) });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  const closed = async (name: string) => {
    const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
    const listeners = body.listeners as readonly { name: string; closedWithoutByte: number }[];
    return listeners.find((one) => one.name === name)?.closedWithoutByte;
  };
  const sayNothing = async (port: number, name: string) => {
    const before = (await closed(name)) ?? 0;
    (await openTcp(port)).destroy();
    while (((await closed(name)) ?? 0) === before);
  };
  await sayNothing(gateway.port, 'edge');
  const config = withListeners({ other: '127.0.0.1:0', edge: '127.0.0.2:0' });
  t.match(await publish(gateway, config(gateway.credentials)), { status: 200 });
  t.equal(await closed('edge'), 1);
  t.equal(await closed('other'), 0);
  const { other = 0 } = await portsOf(gateway);
  await sayNothing(other, 'other');
  t.equal(await closed('other'), 1);
});

/** Load is connections of "edge" that ask without end, until they are stopped. */
async function load(gateway: TestGateway, isOver: () => boolean) {
  const failures: string[] = [];
  const asking = Array.from({ length: CONNECTIONS }, async (_, index) => {
    const client = await connect(gateway, gateway.port);
    for (let count = index; !isOver(); count++) {
      try {
        await client.send(get(count % 2 === 0 ? '/hello' : '/api/x'));
        const { status } = await client.readResponse();
        if (status !== 200) failures.push(String(status));
        await delay(PAUSE_MS);
      } catch (error) {
        failures.push(String(error));
        break;
      }
    }
    client.destroy();
  });
  await Promise.all(asking);
  return failures;
}

test(`${RELOADS} reloads that add, move and remove listeners lose no request on one that stays`, async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const more = { upstream: upstream.url };
  const gateway = await startGateway({ config: withListeners({ edge: '127.0.0.1:0' }, more) });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  let isOver = false;
  const loaded = load(gateway, () => isOver);
  const turns: readonly Binds[] = [
    { a: '127.0.0.1:0' },
    { a: '127.0.0.2:0', b: '127.0.0.1:0' },
    { b: '127.0.0.1:0', c: '127.0.0.1:0' },
    {},
  ];
  let before: Readonly<Record<string, number>> = {};
  for (let turn = 0; turn < RELOADS; turn++) {
    const binds = { edge: '127.0.0.1:0', ...turns[turn % turns.length] };
    const config = withListeners(binds, more)(gateway.credentials);
    gateway.writeConfig(config);
    // Not by the log, which is long by now.
    const { status } = await askAdmin(gateway.folder, 'POST', '/v1/commands/reload');
    if (status !== 200) t.fail(`turn ${turn}: ${status}`);
    const now = await portsOf(gateway);
    const gone = Object.values(before).filter((port) => !Object.values(now).includes(port));
    for (const port of gone)
      if (!(await isRefused(gateway, port))) t.fail(`turn ${turn}: ${port} is open`);
    before = now;
  }
  isOver = true;
  t.same(await loaded, []);
  t.same(await portsOf(gateway), { edge: gateway.port });
  const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
  t.match(body.counters, { connectionsAccepted: CONNECTIONS }, 'connections were kept');
});
