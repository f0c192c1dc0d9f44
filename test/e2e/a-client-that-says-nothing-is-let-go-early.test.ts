/**
 * A connection on which no byte comes is closed long before a handshake has to be over, before TLS as after a PROXY header
 * or a request for TLS; it is counted and, having said nothing, no event.
 */
import { test } from 'tap';
import { type Config, startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { SilentCrowd } from '../support/silent-crowd.js';
import { countingEnv, eventually, readCounters } from '../support/vital-signs.js';
import { openTls } from '../support/wire-client.js';

const TIMEOUTS = { firstByte: '300ms', handshake: '10m' };

const start = (more: Config = {}): Promise<TestGateway> =>
  startGateway({
    config: (credentials) => {
      const usual = usualConfig(credentials);
      const { edge } = usual.listeners as { readonly edge: Config };
      return { ...usual, listeners: { edge: { ...edge, timeouts: TIMEOUTS, ...more } } };
    },
    drainTimeout: '50ms',
    env: countingEnv,
  });

const allGone = async (crowd: SilentCrowd): Promise<boolean> =>
  (await eventually(
    () => crowd.open,
    (open) => open === 0,
  )) === 0;

async function silentAndFailed(gateway: TestGateway): Promise<readonly unknown[]> {
  const { listeners, handshakesFailed } = await readCounters(gateway);
  return [listeners[0]?.closedWithoutByte, handshakesFailed];
}

test('without a byte', async (t) => {
  const gateway = await start();
  const crowd = await SilentCrowd.connect({ port: gateway.port, count: 5 });
  t.ok(await allGone(crowd));
  t.same(await silentAndFailed(gateway), [5, 0]);
  (await openTls(gateway)).tls.destroy();
  t.same(
    gateway.log.lines.filter(({ type }) => type === 'security'),
    [],
  );
  await gateway.stop();
});

test("after a PROXY header, which is a proxy's word and not the client's", async (t) => {
  const gateway = await start({ proxyProtocol: { from: ['127.0.0.0/8'] } });
  t.teardown(() => gateway.stop());
  const { port } = gateway;
  const header = 'PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n';
  t.ok(await allGone(await SilentCrowd.connect({ port, count: 1 })), 'and before it');
  t.ok(await allGone(await SilentCrowd.connect({ port, count: 1, saying: header })));
  t.same(await silentAndFailed(gateway), [2, 0]);
  t.same(
    gateway.log.lines.filter(({ type }) => type === 'security'),
    [],
  );
});

test('from the first byte on it is the time for the handshake that counts', async (t) => {
  const gateway = await start();
  const { port } = gateway;
  const begun = await SilentCrowd.connect({ port, count: 1, saying: '\x16' });
  t.ok(await allGone(await SilentCrowd.connect({ port, count: 1 })), 'one that came later');
  t.equal(begun.open, 1);
  begun.destroy();
  await gateway.stop();
});
