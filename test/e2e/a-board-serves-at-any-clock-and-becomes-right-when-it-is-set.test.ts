import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { decodeLastTime, encodeLastTime, LAST_TIME } from '../../src/state/last-time-file.js';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
  type Variation,
} from '../support/certificates.js';
import { call } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { adminConfig, askAdmin } from '../support/reloads.js';
import { makeStateFolder, restart, STATE } from '../support/restarts.js';
import { issueRevocationList, type RevocationListRequest } from '../support/revocation-lists.js';
import { TestClock } from '../support/test-clock.js';

const DAY = 24 * 3600;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY * 1000);
const inHours = (hours: number): number => Math.floor(Date.now() / 1000) + hours * 3600;

// Everything is issued around the real time, which the gateway's clock may not show.
const authority = createAuthority('board CA', { notBefore: inDays(-400), notAfter: inDays(800) });
const long = { notBefore: inDays(-300), notAfter: inDays(700) };
const client = issueClient(authority, 'good', long);
const revoked = issueClient(authority, 'revoked', long);
const short = issueClient(authority, 'short', { notBefore: inDays(-2), notAfter: inDays(5) });
const ended = issueClient(authority, 'ended', { notBefore: inDays(-200), notAfter: inDays(-100) });

const CLOCKS = {
  'in 1970': new Date(0),
  'a month behind': inDays(-30),
  'a year ahead': inDays(365),
} as const;
type ClockName = keyof typeof CLOCKS;

const CERTIFICATES: Readonly<Record<string, Variation>> = {
  valid: { notBefore: inDays(-2), notAfter: inDays(30) },
  expired: { notBefore: inDays(-60), notAfter: inDays(-40) },
  'not valid yet': { notBefore: inDays(3), notAfter: inDays(30) },
};

const LISTS: Readonly<Record<string, Partial<RevocationListRequest>>> = {
  current: { thisUpdate: inDays(-2), nextUpdate: inDays(20) },
  stale: { thisUpdate: inDays(-60), nextUpdate: inDays(-40) },
  'from the future': { thisUpdate: inDays(3), nextUpdate: inDays(20) },
};

interface Board {
  readonly clock: TestClock;
  readonly gateway: TestGateway;
}

async function boot(
  t: Test,
  at: Date,
  server: Variation,
  list: Partial<RevocationListRequest>,
): Promise<Board> {
  const clock = new TestClock();
  clock.startAt(at);
  const credentials = {
    authority,
    client,
    server: issueServer(authority, 'localhost', undefined, server),
  };
  const gateway = await startGateway({
    credentials,
    env: clock.env,
    args: ['--state', STATE],
    config: (_, folder) => {
      // It served an hour ago, before the power went.
      writeFileSync(join(makeStateFolder(folder), LAST_TIME), encodeLastTime(inHours(-1)));
      const entry = { serial: revoked.serial, revokedAt: inDays(-300) };
      const { pem } = issueRevocationList({ issuer: authority, revoked: [entry], ...list });
      writeFileSync(join(folder, 'ca.crl'), pem);
      const pins = [client, revoked, short, ended].map(({ sha256 }) => `sha256:${sha256}`);
      const trust = { clients: { ca: ['ca.crt'], crl: { files: ['ca.crl'] } } };
      return { ...adminConfig(credentials), trust, clients: { client: { pins } } };
    },
  });
  t.teardown(() => (gateway.child.exitCode === null ? gateway.stop() : undefined));
  await gateway.log.event('admin-listening');
  return { clock, gateway };
}

const comesIn = ({ port }: Pick<TestGateway, 'port'>, who: IssuedCertificate): Promise<boolean> =>
  call({ port, authority, client: who, path: '/hello', trusting: true }).then(
    ({ status }) => status === 200,
    () => false,
  );

async function admitted(gateway: TestGateway) {
  const all = { good: client, revoked, short, ended };
  const entries = Object.entries(all).map(
    async ([name, who]) => [name, await comesIn(gateway, who)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

const NOBODY = { good: false, revoked: false, short: false, ended: false };
const RIGHT = { good: true, revoked: false, short: true, ended: false };

/** expected is who comes in by a clock, with a list; the certificate of the gateway itself keeps nobody out. */
function expected(clock: ClockName, list: string) {
  if (clock === 'a year ahead') return NOBODY; // of every list the nextUpdate is over by then
  if (list === 'stale') return NOBODY; // it ended before the floor
  return RIGHT;
}

for (const clockName of Object.keys(CLOCKS) as ClockName[]) {
  for (const [certificate, times] of Object.entries(CERTIFICATES)) {
    for (const [listName, list] of Object.entries(LISTS)) {
      test(`${clockName}, with a certificate that is ${certificate} and a list that is ${listName}`, async (t) => {
        const { clock, gateway } = await boot(t, CLOCKS[clockName], times, list);
        const told = (code: string) => gateway.log.lines.some((line) => line.code === code);
        t.equal(told('clock-wrong'), clockName !== 'a year ahead', 'it says so');
        t.same(await admitted(gateway), expected(clockName, listName));

        await clock.set(gateway, new Date(), true);
        await gateway.log.find(({ event, confirmed }) => event === 'clock' && confirmed === true);
        // What was dated ahead had spoken of the clock.
        const isAhead = certificate === 'not valid yet' || listName === 'from the future';
        if (isAhead && clockName !== 'a year ahead') {
          await gateway.log.find(
            ({ event, trigger }) => event === 'reloaded' && trigger === 'clock',
          );
        }
        const right = listName === 'current' ? RIGHT : NOBODY;
        t.same(await admitted(gateway), right, 'when the clock is set');
        const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
        t.match(body.clock, { confirmed: true });
        t.notMatch(JSON.stringify(body.lastReload), /clock-wrong/);
      });
    }
  }
}

test('the time is kept while somebody vouches for it, and no other time', async (t) => {
  const { clock, gateway } = await boot(t, inDays(365), {}, LISTS.current ?? {});
  const kept = () => {
    const text = readFileSync(join(gateway.folder, STATE, LAST_TIME), 'utf8');
    return decodeLastTime(text) ?? 0;
  };
  t.ok(kept() < inHours(0), 'nobody vouches for a year ahead');
  await clock.set(gateway, new Date(), true);
  await gateway.log.find(({ event, confirmed }) => event === 'clock' && confirmed === true);
  t.match(await gateway.stop(), { code: 0 });
  t.ok(kept() >= inHours(0) - 60);
});

test('a time that was torn on the disk is told of, and keeps nobody from serving', async (t) => {
  const { gateway } = await boot(t, new Date(), {}, LISTS.current ?? {});
  const file = join(gateway.folder, STATE, LAST_TIME);
  t.match(await gateway.stop(), { code: 0 });
  writeFileSync(file, 'pinlatch-last-time/1 torn');
  const again = await restart(gateway.folder, gateway.credentials);
  t.teardown(() => again.signal('SIGTERM'));
  await again.output.event('last-time-unusable');
  t.ok(await comesIn(again, client));
});
