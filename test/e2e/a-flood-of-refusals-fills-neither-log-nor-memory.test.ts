/**
 * Refused handshakes whose certificate is as large as it can be, and refused requests with the largest heads, leave little
 * in the log and nothing in memory, from one address or from many. PINLATCH_TEST_FLOOD asks for another number of them.
 */
import type { SecureVersion } from 'node:tls';
import { test } from 'tap';
import type { IssuedCertificate } from '../support/certificates.js';
import { startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { inParallel } from '../support/in-parallel.js';
import { generateKey } from '../support/keys.js';
import { largestRefusable, meetRefusal } from '../support/largest-refusable.js';
import { addressOf, RawClient } from '../support/raw-client.js';
import { countingEnv, eventually, readCounters, residentKiB } from '../support/vital-signs.js';

const FLOOD = Number(process.env.PINLATCH_TEST_FLOOD ?? 280);
const WARM_UP = 60;
const MOST_LOG_BYTES = (1_000_000 * FLOOD) / 1400;
const MOST_GROWTH_KIB = 4 * 1024;
const AT_ONCE = 4;

const VERSIONS: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];
const WAYS = ['one and the same', 'each from another address', 'each with another certificate'];

interface Wave {
  readonly version: SecureVersion;
  readonly way: string;
  readonly from: number;
  readonly count: number;
}

async function send(gateway: TestGateway, wave: Wave, made: IssuedCertificate[]): Promise<void> {
  const { port, credentials } = gateway;
  const [key] = made.map((one) => one.key);
  await inParallel([...Array(wave.count).keys()], AT_ONCE, (_, index) => {
    const fresh = wave.way === WAYS[2];
    const client = fresh ? largestRefusable(key) : (made[0] ?? largestRefusable(key));
    const localAddress = wave.way === WAYS[1] ? addressOf(wave.from + index) : '127.0.0.1';
    const { authority } = credentials;
    return meetRefusal({ port, authority, client, version: wave.version, localAddress });
  });
}

const handshakesFailed = (gateway: TestGateway, count: number): Promise<unknown> =>
  eventually(
    () => readCounters(gateway),
    (now) => now.handshakesFailed >= count && now.connectionsOpen === 0,
  );

// Without what the test itself has the gateway print.
const logBytes = ({ log }: TestGateway): number =>
  log.text
    .filter((line) => !line.includes('"event":"counters"'))
    .reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);

for (const version of VERSIONS) {
  for (const way of WAYS) {
    test(`refused handshakes of the largest kind over ${version}, ${way}`, async (t) => {
      const gateway = await startGateway({ env: countingEnv, drainTimeout: '50ms' });
      t.teardown(() => gateway.stop());
      const made = [largestRefusable(generateKey())];
      await send(gateway, { version, way, from: 0, count: WARM_UP }, made);
      await handshakesFailed(gateway, WARM_UP);
      const [bytesBefore, before] = [logBytes(gateway), residentKiB(gateway.pid)];
      await send(gateway, { version, way, from: WARM_UP, count: FLOOD }, made);
      await handshakesFailed(gateway, WARM_UP + FLOOD);
      const grown = residentKiB(gateway.pid) - before;
      const written = logBytes(gateway) - bytesBefore;
      t.comment(`${FLOOD} handshakes: ${written} bytes of log, ${grown} KiB more memory`);
      t.ok(written < MOST_LOG_BYTES, `${written} bytes of log`);
      t.ok(grown < MOST_GROWTH_KIB, `${grown} KiB more memory`);
    });
  }
}

const LARGE = 'x'.repeat(7000);
const HEADS: Readonly<Record<string, string>> = {
  'a huge host': `GET /hello HTTP/1.1\r\nHost: ${LARGE}\r\n\r\n`,
  'a huge path': `GET /${LARGE} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  'a huge path that is none': `GET /${'%00'.repeat(2300)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  'a huge method': `${LARGE} /hello HTTP/1.1\r\nHost: localhost\r\n\r\n`,
};

for (const [what, head] of Object.entries(HEADS)) {
  test(`refused requests with ${what}`, async (t) => {
    const gateway = await startGateway({
      env: countingEnv,
      drainTimeout: '50ms',
      config: (credentials) => {
        const usual = usualConfig(credentials);
        const { edge } = usual.listeners as { edge: object };
        return { ...usual, listeners: { edge: { ...edge, clientAuth: 'optional' } } };
      },
    });
    t.teardown(() => gateway.stop());
    const { port, credentials } = gateway;
    const ask = async (): Promise<void> => {
      const client = await RawClient.connect({ port, authority: credentials.authority });
      await client.send(head);
      const { status } = await client.readResponse();
      if (status < 400) throw new Error(`answered with ${status}`);
      client.destroy();
    };
    await inParallel([...Array(WARM_UP)], AT_ONCE, ask);
    const [bytesBefore, before] = [logBytes(gateway), residentKiB(gateway.pid)];
    await inParallel([...Array(FLOOD)], AT_ONCE, ask);
    const isRefusal = ({ type, code }: { type: string; code?: unknown }): boolean =>
      type === 'access' && code !== undefined;
    await eventually(
      () => gateway.log.lines.filter(isRefusal).length,
      (count) => count === WARM_UP + FLOOD,
    );
    const grown = residentKiB(gateway.pid) - before;
    const written = logBytes(gateway) - bytesBefore;
    t.comment(`${FLOOD} requests: ${written} bytes of log, ${grown} KiB more memory`);
    t.ok(written < MOST_LOG_BYTES, `${written} bytes of log`);
    t.ok(grown < MOST_GROWTH_KIB, `${grown} KiB more memory`);
    t.equal(gateway.log.lines.filter(isRefusal).length, WARM_UP + FLOOD, 'a line for each');
  });
}
