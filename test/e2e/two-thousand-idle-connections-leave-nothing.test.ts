/**
 * 2,000 connections that do nothing are held at the same time; when they are gone, the gateway holds no connection and no
 * descriptor for them. The allocator keeps their memory for those that come next: a second crowd takes no more of it.
 */
import t from 'tap';
import {
  type Credentials,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import {
  countingEnv,
  eventually,
  NOTHING_OPEN,
  nothingLeftOpen,
  openDescriptors,
  readCounters,
  residentKiB,
} from '../support/vital-signs.js';
import { openTls, type WireClient } from '../support/wire-client.js';

const CROWD = Number(process.env.PINLATCH_TEST_CROWD ?? 2000);
/** The second crowd is smaller because handshakes are dear; it must fit into what the first one left. */
const SECOND_CROWD = CROWD / 4;
/** Handshakes that are under way at a time; the gateway takes 256. */
const LANES = 50;
/** What a connection may cost while it is open, and by how much a second crowd may raise what the first one left. */
const ALLOWED_KIB_EACH = 64;
const ALLOWED_GROWTH_KIB = 4 * 1024;

async function gather(gateway: TestGateway, size: number): Promise<readonly WireClient[]> {
  const crowd: WireClient[] = [];
  const lane = async (index: number): Promise<void> => {
    for (let i = index; i < size; i += LANES) {
      crowd.push(await openTls(gateway, i % 2 === 0 ? 'TLSv1.3' : 'TLSv1.2'));
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
  return crowd;
}

t.test('a crowd of idle connections leaves nothing behind', { timeout: 120_000 }, async (t) => {
  // Watching opens a descriptor some time after the start.
  const config = (credentials: Credentials) => ({ ...usualConfig(credentials), watch: false });
  const gateway = await startGateway({ config, env: countingEnv });
  t.teardown(() => gateway.stop());
  const descriptors = openDescriptors(gateway.pid);
  const before = residentKiB(gateway.pid);

  const round = async (
    size: number,
  ): Promise<{ readonly full: number; readonly empty: number }> => {
    const crowd = await gather(gateway, size);
    const { connectionsOpen } = await eventually(
      () => readCounters(gateway),
      (now) => now.connectionsOpen === size && now.handshakesOpen === 0,
    );
    t.equal(connectionsOpen, size, 'all of them are open at the same time');
    t.equal(openDescriptors(gateway.pid), descriptors + size, 'one descriptor each');
    const full = residentKiB(gateway.pid);
    // Half of them take their leave, half do not.
    for (const [index, { tls, tcp }] of crowd.entries()) {
      if (index % 2 === 0) tls.end();
      else tcp.resetAndDestroy();
    }
    t.same(await nothingLeftOpen(gateway), NOTHING_OPEN);
    t.equal(
      await eventually(
        () => openDescriptors(gateway.pid),
        (count) => count === descriptors,
      ),
      descriptors,
      'every descriptor is closed',
    );
    return { full, empty: residentKiB(gateway.pid) };
  };

  const first = await round(CROWD);
  const second = await round(SECOND_CROWD);
  const each = Math.round((first.full - before) / CROWD);
  t.comment(`${before} KiB; full ${first.full}, empty ${first.empty}: ${each} KiB each`);
  t.comment(`second round: full ${second.full}, empty ${second.empty}`);
  t.ok(each < ALLOWED_KIB_EACH, `${each} KiB each`);
  const highest = Math.max(first.full, first.empty); // saying goodbye takes a page or two each
  t.ok(second.full - highest < ALLOWED_GROWTH_KIB, 'the second crowd takes no more');
  t.ok(second.empty - first.empty < ALLOWED_GROWTH_KIB, 'nor does it leave more');
});
