/**
 * Load balancers and health checkers open a connection and close it. That is no event: it is counted on its listener.
 * Whoever sends a byte first is told of in the log.
 */
import { connect, type Socket } from 'node:net';
import { test } from 'tap';
import { runPinlatch, startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { eventually } from '../support/vital-signs.js';

const PROXY = 'PROXY TCP4 192.0.2.7 192.0.2.1 40000 443\r\n';

async function start(): Promise<TestGateway> {
  const gateway = await startGateway({
    drainTimeout: '50ms',
    config: (credentials, folder) => {
      const usual = usualConfig(credentials);
      const { edge } = usual.listeners as { edge: object };
      const proxied = { ...edge, proxyProtocol: { from: ['127.0.0.0/8'] } };
      return {
        ...usual,
        admin: { socket: `${folder}/admin.sock` },
        listeners: { edge, other: edge, proxied },
      };
    },
  });
  await gateway.log.event('admin-listening');
  return gateway;
}

function open(port = 0, bytes = ''): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      if (bytes === '') resolve(socket);
      else socket.write(bytes, () => resolve(socket));
    });
    socket.once('error', reject);
  });
}

const ended = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => {
    socket.on('data', () => undefined);
    socket.once('close', resolve);
    socket.end();
  });

async function status({ folder }: TestGateway, args: readonly string[] = ['--json']) {
  const program = runPinlatch(['status', ...args, '--socket', `${folder}/admin.sock`], {
    cwd: folder,
  });
  await program.exited;
  return program.output.text.join('\n');
}

async function silent(gateway: TestGateway): Promise<Record<string, number>> {
  const { listeners } = JSON.parse(await status(gateway));
  return Object.fromEntries(
    listeners.map((one: { name: string; closedWithoutByte: number }) => [
      one.name,
      one.closedWithoutByte,
    ]),
  );
}

test('who closes without a byte is counted on the listener, and there is no line', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const { edge, proxied } = gateway.ports;
  await ended(await open(edge));
  (await open(edge)).resetAndDestroy();
  // A proxy's own check says for whom it comes, or for nobody, and then nothing.
  await ended(await open(proxied, PROXY));
  await ended(await open(proxied));
  const counts = await eventually(
    () => silent(gateway),
    (now) => now.edge === 2 && now.proxied === 2,
  );
  t.same(counts, { edge: 2, other: 0, proxied: 2 });
  t.match(await status(gateway, []), /edge .*, 2 connections closed without a byte/);
  const { counters } = JSON.parse(await status(gateway));
  t.match(counters, { handshakesFailed: 0, handshakesOpen: 0, connectionsOpen: 0 });
  t.same(
    gateway.log.lines.filter(({ type }) => type === 'security'),
    [],
  );
});

test('who has sent a byte has a line', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const { edge, proxied } = gateway.ports;
  const refusals = () =>
    gateway.log.lines.filter(({ event }) => event === 'handshake-refused').length;
  let expected = 0;
  for (const [port, bytes] of [
    [edge, '\u0016'],
    [edge, '\u0016\u0003\u0001'],
    [proxied, `${PROXY}\u0016`],
    [proxied, PROXY.slice(0, 9)],
  ] as const) {
    await ended(await open(port, bytes));
    expected += 1;
    await gateway.log.find(() => refusals() === expected);
  }
  t.match(
    gateway.log.lines.filter(({ event }) => event === 'handshake-refused'),
    Array(expected).fill({ code: 'handshake-aborted' }),
  );
  t.same(await silent(gateway), { edge: 0, other: 0, proxied: 0 });
});
