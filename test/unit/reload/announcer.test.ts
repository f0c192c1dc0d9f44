import { test } from 'tap';
import { Announcer } from '../../../src/reload/announcer.js';
import type { ReloadOutcome } from '../../../src/reload/outcome.js';
import type { Served } from '../../../src/reload/served.js';
import type { ServiceManager } from '../../../src/reload/service-manager.js';
import type { ControlEvent } from '../../../src/telemetry/event-record.js';
import type { LogWriter } from '../../../src/telemetry/log-writer.js';

const LISTENERS = [
  { name: 'edge', address: '::', port: 8443 },
  { name: 'inner', address: '127.0.0.1', port: 9443 },
];

const outcome = (parts: Partial<ReloadOutcome> = {}): ReloadOutcome => ({
  ok: true,
  trigger: 'start',
  time: 0,
  generation: 1,
  changes: [],
  reason: '',
  issues: [],
  ...parts,
});

const served = (parts: Partial<Served> = {}): Served => ({
  origin: 'live',
  isOvertaken: false,
  since: 0,
  started: {},
  waiting: [],
  certificates: [],
  document: '{}',
  operation: { watch: true, adminSocket: null },
  lists: new Map(),
  version: '',
  ...parts,
});

function setUp({ isFallback = false } = {}) {
  const name = isFallback ? 'portable' : 'host';
  const cryptoProvider = () => ({ name, library: 'x', reason: 'y', isFallback }) as const;
  const statuses: string[] = [];
  const events: ControlEvent[] = [];
  const log = { control: (event: ControlEvent) => events.push(event) } as unknown as LogWriter;
  const service = { ready: (status: string) => statuses.push(status) } as unknown as ServiceManager;
  return { announcer: new Announcer({ log, service, cryptoProvider }), statuses, events };
}

test('the service manager is told where it serves, and that a reload failed', async (t) => {
  const { announcer, statuses } = setUp();
  announcer.serving(LISTENERS, outcome(), served());
  const failure = outcome({ ok: false, trigger: 'signal', reason: 'why' });
  announcer.reloaded(failure, served(), LISTENERS);
  announcer.reloaded(outcome({ trigger: 'signal', generation: 2 }), served(), LISTENERS);
  const where = 'on edge [::]:8443, inner 127.0.0.1:9443';
  t.same(statuses, [
    `serving generation 1 ${where}`,
    `serving generation 1 ${where}; the last reload failed: why`,
    `serving generation 2 ${where}`,
  ]);
});

test('listeners that come, move and go with a reload are told of once', async (t) => {
  const { announcer, statuses, events } = setUp();
  const [edge, inner] = LISTENERS as [(typeof LISTENERS)[0], (typeof LISTENERS)[0]];
  const moved = { ...inner, port: 9444 };
  const next = [{ name: 'new', address: '127.0.0.1', port: 7443 }, moved];
  announcer.serving(LISTENERS, outcome(), served());
  const after = events.length;
  announcer.reloaded(outcome({ trigger: 'signal', generation: 2 }), served(), next);
  announcer.reloaded(outcome({ trigger: 'signal', generation: 3 }), served(), next);
  const told = events.slice(after).filter(({ event }) => event !== 'reloaded');
  t.same(told, [
    { event: 'listening', listener: 'new', address: '127.0.0.1', port: 7443 },
    { event: 'listening', listener: 'inner', address: '127.0.0.1', port: 9444 },
    { event: 'not-listening', listener: 'edge', address: edge.address, port: edge.port },
    { event: 'not-listening', listener: 'inner', address: '127.0.0.1', port: inner.port },
  ]);
  t.equal(statuses.at(-1), 'serving generation 3 on new 127.0.0.1:7443, inner 127.0.0.1:9444');
});

test('the last good configuration is loud everywhere', async (t) => {
  const { announcer, statuses, events } = setUp();
  const failure = outcome({ ok: false, reason: 'gateway.json:1:1: found nothing' });
  announcer.serving(LISTENERS.slice(1), failure, served({ origin: 'last-good', keptAt: 0 }));
  t.same(statuses, [
    'serving the LAST GOOD configuration, of 1970-01-01T00:00:00.000Z, generation 1 on inner ' +
      '127.0.0.1:9443; the configuration is refused: gateway.json:1:1: found nothing',
  ]);
  t.match(
    events.find(({ event }) => event === 'serving-last-good'),
    { level: 'error', keptAt: '1970-01-01T00:00:00.000Z', reason: /found nothing/ },
  );
});

test('an overtaken configuration is not called the last good one', async (t) => {
  const { announcer, statuses, events } = setUp();
  const failure = outcome({ ok: false, reason: 'it is broken' });
  const last = served({ origin: 'last-good', keptAt: 0, isOvertaken: true });
  announcer.serving(LISTENERS, failure, last);
  t.match(statuses, [/^serving an OVERTAKEN configuration, of 1970/]);
  t.match(
    events.find(({ event }) => event === 'serving-last-good'),
    { level: 'error', overtaken: true, consequence: /could not be kept.*may be back/ },
  );
});

test('doing without the libcrypto of Node, where it was not asked for, is a warning', async (t) => {
  const levelOf = (isFallback: boolean) => {
    const { announcer, events } = setUp({ isFallback });
    announcer.serving(LISTENERS, outcome(), served());
    return events.find(({ event }) => event === 'crypto-provider')?.level;
  };
  t.equal(levelOf(true), 'warning');
  t.equal(levelOf(false), undefined);
});
