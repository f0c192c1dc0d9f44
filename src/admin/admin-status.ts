/**
 * Owns the answer of the view "status": what serves, since when, and what is amiss.
 */
import { type ClockReading, cryptoProvider } from '../engine/native.js';
import { ownVersion } from '../own-package.js';
import { pinNotices } from '../pins/pin-use.js';
import type { CertificateInForce } from '../reload/served.js';
import type { CertificateState, Status } from './admin-status-answer.js';
import type { GatewayView } from './gateway-view.js';

type Moment = Pick<ClockReading, 'now' | 'floor'>;

const DAY_SECONDS = 24 * 3600;

/** stateOf says where a certificate stands by the clock, as the data plane judges it (native/base/clock_reading.h). */
function stateOf(
  { notBefore, notAfter }: CertificateInForce,
  { now, floor }: Moment,
): CertificateState {
  if (Math.max(now, floor) > notAfter) return 'expired';
  return now >= floor && now < notBefore ? 'not-yet-valid' : 'valid';
}

function certificatesOf(
  certificates: readonly CertificateInForce[],
  clock: Moment,
): Status['certificates'] {
  return certificates.map((one) => ({
    ...one,
    daysLeft: daysLeft(one.notAfter, Math.max(clock.now, clock.floor)),
    state: stateOf(one, clock),
  }));
}

const daysLeft = (notAfter: number, now: number): number =>
  Math.floor((notAfter - now) / DAY_SECONDS);

function listenersOf(gateway: GatewayView): Status['listeners'] {
  const counts = new Map(gateway.readListeners().map((one) => [one.name, one]));
  return gateway.listeners.map((one) => ({
    ...(counts.get(one.name) ?? { closedWithoutByte: 0 }),
    ...one,
  }));
}

type Judged = 'clock' | 'certificates' | 'lists' | 'counters' | 'pins' | 'pinNotices';

// What depends on the time is told as of one moment.
function judgedByTheClock(gateway: GatewayView): Pick<Status, Judged> {
  const { now, floor, confirmed } = gateway.readClock();
  const certificates = certificatesOf(gateway.served.certificates, { now, floor });
  const own = certificates.filter(({ role }) => role !== 'authority');
  const ownCertificatesNotValid = own.filter(({ state }) => state !== 'valid').length;
  const pins = gateway.readPinUse();
  return {
    clock: { now, floor, confirmed },
    certificates,
    lists: gateway.readLists(),
    counters: { ...gateway.readCounters(), ownCertificatesNotValid },
    pins,
    pinNotices: pinNotices(pins, now, floor),
  };
}

/** statusOf describes a gateway. */
export function statusOf(gateway: GatewayView): Status {
  const { served, watcher, keeper, generation, lastOutcome: lastReload } = gateway;
  const { listNumbers, log } = gateway;
  const { origin: state, keptAt, since: servingSince, operation } = served;
  const { isOvertaken: overtaken } = served;
  const file = gateway.configPath;
  return {
    version: ownVersion().version,
    pid: process.pid,
    startedAt: gateway.startedAt,
    generation,
    servingSince,
    config: keptAt === undefined ? { file, state } : { file, state, keptAt, overtaken },
    lastReload,
    listeners: listenersOf(gateway),
    descriptors: gateway.readDescriptors(),
    ...judgedByTheClock(gateway),
    watch: { on: operation.watch, folders: watcher.folders, failed: watcher.failed },
    lastGood: {
      folder: keeper.folder ?? null,
      keptAt: keeper.keptAt ?? null,
      failure: keeper.failure,
    },
    listNumbers: {
      folder: listNumbers.folder ?? null,
      remembered: gateway.readRememberedLists().length,
      failure: listNumbers.failure,
      lost: listNumbers.lost,
    },
    log: { failure: log.failure?.reason ?? '', since: log.failure?.since ?? null },
    cryptoProvider: cryptoProvider(),
    started: served.started,
    waiting: served.waiting,
    upstreams: gateway.readUpstreams(),
  };
}
