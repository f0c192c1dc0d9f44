import { test } from 'tap';
import type { Status } from '../../../src/admin/admin-status-answer.js';
import { statusText } from '../../../src/cli/status-text.js';

const STATUS: Status = {
  version: '1.2.3',
  pid: 7,
  startedAt: 0,
  generation: 4,
  servingSince: 60_000,
  config: { file: '/etc/gateway.json', state: 'live' },
  lastReload: {
    ok: true,
    trigger: 'change',
    time: 60_000,
    generation: 4,
    changes: ['route "a" added', 'route "b" removed'],
    reason: '',
    issues: [],
  },
  listeners: [{ name: 'edge', address: '::1', port: 8443, closedWithoutByte: 0 }],
  descriptors: {
    limit: 1024,
    listeners: [
      { name: 'edge', connections: 724, configured: 10_000 },
      { name: 'inner', connections: 20, configured: 20 },
    ],
  },
  clock: { now: 60, floor: 0, confirmed: true },
  certificates: [
    {
      role: 'server',
      path: '/etc/server.crt',
      subject: 'CN=\u001b[31m',
      sha256: 'ab',
      notBefore: 0,
      notAfter: 86_400,
      daysLeft: 1,
      state: 'valid',
    },
  ],
  lists: [],
  counters: { requests: 9 },
  watch: { on: true, folders: 3, failed: [] },
  lastGood: { folder: '/var/lib/pinlatch', keptAt: 60_000, failure: '' },
  listNumbers: { folder: '/var/lib/pinlatch', remembered: 0, failure: '', lost: '' },
  log: { failure: '', since: null },
  cryptoProvider: { name: 'host', library: 'OpenSSL 3', reason: 'it is there', isFallback: false },
  started: { workers: '3' },
  waiting: [],
  upstreams: [],
  pins: [],
  pinNotices: [],
};

test('endpoints of upstreams, one a line', async (t) => {
  const endpoint = {
    ...({ upstream: 'crm', endpoint: '10.0.0.1:80', state: 'up' } as const),
    ...{ backup: false, weight: 1 },
    ...{ inFlight: 2, requests: 30, failures: 4, addresses: ['10.0.0.1:80'] },
  } as const;
  const other = { ...endpoint, endpoint: 'crm:80', state: 'unresolved', backup: true } as const;
  t.match(
    statusText({ ...STATUS, upstreams: [endpoint, other] }),
    /^upstreams +crm 10\.0\.0\.1:80: up, 2 in flight, 30 requests, 4 failed\n +crm crm:80 \(backup\): UNRESOLVED, /m,
  );
});

test('that "auto" had to do without the libcrypto of Node is loud', async (t) => {
  t.match(statusText(STATUS), /^cryptography +host \(OpenSSL 3\): it is there$/m);
  const cryptoProvider = {
    ...({ name: 'portable', library: 'Mbed TLS 3.6' } as const),
    ...{ reason: 'this process has no libcrypto', isFallback: true },
  };
  t.match(
    statusText({ ...STATUS, cryptoProvider }),
    /^cryptography +SLOWER THAN IT COULD BE: portable \(Mbed TLS 3\.6\): this process has no libcrypto$/m,
  );
});

test('a clock that is wrong, or that nobody vouches for', async (t) => {
  t.notMatch(statusText(STATUS), /^clock/m);
  const clock = { now: 60, floor: 86_400, confirmed: false };
  t.match(
    statusText({ ...STATUS, clock }),
    /^clock +WRONG: it says 1970-01-01T00:01:00Z, but it is at least 1970-01-02T00:00:00Z$/m,
  );
  t.match(
    statusText({ ...STATUS, clock: { ...clock, floor: 0 } }),
    /^clock +not synchronised: it says 1970-01-01T00:01:00Z$/m,
  );
});

test('revocation lists, what is amiss first', async (t) => {
  const list = {
    ...{ trust: 'devices', source: '/ca.crl', issuer: 'CN=CA', number: '0x05', delta: false },
    ...{ thisUpdate: 0, nextUpdate: 86_400, problem: '' },
  };
  const stale = {
    ...list,
    source: '/old.crl',
    number: '',
    nextUpdate: null,
    problem: 'crl-number',
  };
  t.match(
    statusText({ ...STATUS, lists: [list, stale] }),
    /^lists +devices \/old\.crl: list without a number of CN=CA, no next update, UNUSABLE: crl-number\n +devices \/ca\.crl: list 0x05 of CN=CA, next update 1970-01-02T00:00:00Z$/m,
  );
});

test('why the log is not written, and since when', async (t) => {
  t.notMatch(statusText(STATUS), /^log /m);
  const log = { failure: 'ENOSPC: no space left on device, write', since: 60_000 };
  t.match(
    statusText({ ...STATUS, log }),
    /^log +NOT WRITTEN since 1970-01-01T00:01:00.000Z: ENOSPC: no space left on device, write; retried every second$/m,
  );
});

test('how far revocation lists have come, and what is amiss with the memory of it', async (t) => {
  const rowsOf = (listNumbers: Partial<Status['listNumbers']>): string =>
    statusText({ ...STATUS, listNumbers: { ...STATUS.listNumbers, ...listNumbers } });
  t.notMatch(rowsOf({}), /list numbers/);
  t.match(rowsOf({ remembered: 2 }), /^list numbers +of 2 lists, kept in \/var\/lib\/pinlatch$/m);
  t.match(
    rowsOf({ remembered: 1, folder: null }),
    /^list numbers +of 1 list, until the end: there is no state folder$/m,
  );
  t.match(
    rowsOf({ lost: 'torn', failure: 'no room', remembered: 2 }),
    /^list numbers +LOST at the start: torn\n +NOT KEPT: no room$/m,
  );
});

test('pins of which there is something to say, a bounded number of them', async (t) => {
  const notices = (count: number): Status['pinNotices'] =>
    Array.from({ length: count }, (_, i) => ({
      code: 'pin-never-used',
      client: 'a',
      text: `pin ${i} was not used`,
    }));
  const few = statusText({ ...STATUS, pinNotices: notices(2) });
  t.match(few, /^pins +pin 0 was not used\n +pin 1 was not used\ncryptography/m);
  const many = statusText({ ...STATUS, pinNotices: notices(25) });
  t.match(many, /^ +pin 19 was not used\n +and 5 more, see pinlatch status --json$/m);
  t.notMatch(many, /pin 20/);
});

test('one fact a line', async (t) => {
  t.equal(
    statusText(STATUS),
    `pinlatch       1.2.3, process 7, started 1970-01-01T00:00:00.000Z
serving        generation 4 since 1970-01-01T00:01:00.000Z
configuration  /etc/gateway.json (live)
last reload    succeeded 1970-01-01T00:01:00.000Z, by changed files
               route "a" added
               route "b" removed
listeners      edge [::1]:8443
descriptors    at most 1024
               TOO FEW: edge accepts 724 connections, not 10000
certificates   server /etc/server.crt: CN=\\u001b[31m, 1 day left (1970-01-02)
files          3 folders are watched
last good      kept in /var/lib/pinlatch
cryptography   host (OpenSSL 3): it is there
counters       requests 9
`,
  );
});

test('what is amiss is in capitals', async (t) => {
  const issue = { level: 'error', code: 'x', file: 'gateway.json', line: 2, column: 3 } as const;
  const text = statusText({
    ...STATUS,
    config: { file: '/etc/gateway.json', state: 'last-good', keptAt: 0 },
    lastReload: {
      ...STATUS.lastReload,
      ok: false,
      trigger: 'start',
      changes: [],
      reason: 'it is broken',
      issues: [{ ...issue, at: '/a', found: 'this', expected: 'that', fix: 'write that' }],
    },
    certificates: STATUS.certificates.map((one) => ({ ...one, daysLeft: -2 })),
    watch: { on: true, folders: 3, failed: ['/etc'] },
    lastGood: { folder: '/var/lib/pinlatch', keptAt: null, failure: 'no room' },
  });
  t.match(text, /^configuration +THE LAST GOOD ONE of 1970-.* serves, not \/etc\/gateway\.json$/m);
  t.match(text, /^start +FAILED .*: it is broken$/m);
  t.match(text, /EXPIRED 1970-01-02/);
  t.match(text, /^files .*NOT WATCHED: changes in \/etc$/m);
  t.match(text, /^last good +NOT KEPT: no room$/m);
  t.match(
    text,
    /gateway\.json:2:3 {2}\/a\n {2}found {5}this\n {2}expected {2}that\n {2}fix {7}write that/,
  );
});

test('an overtaken configuration says that a later one could not be kept', async (t) => {
  const config = { file: '/g.json', state: 'last-good', keptAt: 0, overtaken: true } as const;
  const text = statusText({ ...STATUS, config });
  t.match(
    text,
    /^configuration +AN OVERTAKEN ONE of 1970-.* serves, .*not \/g\.json\n +a LATER ONE/m,
  );
  t.match(text, /COULD NOT BE KEPT: whom that removed may be back$/m);
  t.notMatch(text, /LAST GOOD ONE/);
});

test('what is off says how it is turned on', async (t) => {
  const text = statusText({
    ...STATUS,
    watch: { on: false, folders: 0, failed: [] },
    lastGood: { folder: null, keptAt: null, failure: '' },
  });
  t.match(text, /^files +off: "watch" is false$/m);
  t.match(text, /^last good +not kept: .*--state FOLDER/m);
});
