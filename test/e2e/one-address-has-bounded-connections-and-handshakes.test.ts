import { test } from 'tap';
import { startTcpGateway } from '../support/tcp-gateway.js';
import { echo, startTcpService } from '../support/tcp-service.js';
import { saying, Tunnel } from '../support/tunnel.js';

async function startSite(limits: object, listener: object = {}) {
  const service = await startTcpService(echo);
  const gateway = await startTcpGateway({
    routes: [{ to: service.url }],
    listener: { limits, ...listener },
    workers: 4,
  });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const open = (localAddress: string, preamble?: string) =>
    Tunnel.open({
      ...{ port, authority, client, localAddress },
      ...(preamble === undefined ? {} : { preamble: saying(preamble) }),
    });
  const stop = async (): Promise<void> => {
    await service.close();
    await gateway.stop();
  };
  return { gateway, open, stop };
}

test('an address has as many connections as it may, on all workers together', async (t) => {
  const { gateway, open, stop } = await startSite({ connectionsPerAddress: 6 });
  const tunnels = await Promise.all(Array.from({ length: 6 }, () => open('127.0.0.2')));
  await t.rejects(open('127.0.0.2'));
  const neighbour = await open('127.0.0.3');
  neighbour.write('x');
  await neighbour.until(({ length }) => length === 1);
  neighbour.destroy();
  const line = await gateway.log.find(({ event }) => event === 'address-limited');
  t.match(line, {
    ...{ type: 'security', code: 'too-many-connections', remote: '127.0.0.2', count: 1 },
    ...{ listener: 'plant' },
  });
  // One that ends makes room for the next.
  tunnels[0]?.end();
  await tunnels[0]?.closed;
  await gateway.log.find(({ type, remote }) => {
    return type === 'access' && String(remote).startsWith('127.0.0.2:');
  });
  let again: Tunnel | undefined;
  while (again === undefined) again = await open('127.0.0.2').catch(() => undefined);
  t.ok(again);
  for (const tunnel of [again, ...tunnels]) tunnel?.destroy();
  await stop();
});

test('an address begins handshakes in a burst, then at its rate', async (t) => {
  const { gateway, open, stop } = await startSite({
    handshakesPerAddress: '1/h',
    handshakeBurst: 3,
  });
  for (let i = 0; i < 3; ++i) (await open('127.0.0.2')).destroy();
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => open('127.0.0.2')));
  t.ok(outcomes.every(({ status }) => status === 'rejected'));
  (await open('127.0.0.3')).destroy();
  const first = await gateway.log.find(({ event }) => event === 'address-limited');
  t.match(first, { code: 'too-many-handshakes', remote: '127.0.0.2' });
  // Few lines, that count all of them.
  const counted = () =>
    gateway.log.lines
      .filter(({ event }) => event === 'address-limited')
      .reduce((sum, { count }) => sum + Number(count), 0);
  await gateway.log.find(() => counted() === 20);
  const lines = gateway.log.lines.filter(({ event }) => event === 'address-limited');
  t.ok(lines.length <= 8, `${lines.length} lines, at most two a worker`);
  await stop();
});

test('behind a proxy it is the client that is counted, not the proxy', async (t) => {
  const { gateway, open, stop } = await startSite(
    { connectionsPerAddress: 1 },
    { proxyProtocol: { from: ['127.0.0.0/8'] } },
  );
  const of = (ip: string): string => `PROXY TCP4 ${ip} 192.0.2.1 4711 443\r\n`;
  const tunnels = [
    await open('127.0.0.2', of('198.51.100.1')),
    await open('127.0.0.2', of('198.51.100.2')),
  ];
  await t.rejects(open('127.0.0.2', of('198.51.100.1')));
  t.match(await gateway.log.find(({ event }) => event === 'address-limited'), {
    remote: '198.51.100.1',
  });
  for (const tunnel of tunnels) tunnel.destroy();
  await stop();
});
