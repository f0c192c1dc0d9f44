/**
 * Owns the verb "status": what serves, since when, and what is amiss.
 */
import { resolve } from 'node:path';
import {
  type BoundListener,
  type Counters,
  type CryptoProviderInUse,
  cryptoProvider,
  type Descriptors,
  type EndpointStatus,
  type ListenerCounts,
  type PinUse,
} from '../engine/native.js';
import { ownVersion } from '../own-package.js';
import { type PinNotice, pinNotices } from '../pins/pin-use.js';
import type { ReloadOutcome } from '../reload/outcome.js';
import type { RunningGateway } from '../reload/running-gateway.js';
import type { CertificateInForce } from '../reload/served.js';
import type { AdminVerb } from './admin-verb.js';

const DAY_SECONDS = 24 * 3600;

/** Status is what the verb answers. Times are Unix milliseconds unless said otherwise. */
export interface Status {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly generation: number;
  /** When this generation began to serve. */
  readonly servingSince: number;
  readonly config: {
    readonly file: string;
    /** Whether that file serves, or the last good configuration, kept at `keptAt`. */
    readonly state: 'live' | 'last-good';
    readonly keptAt?: number;
  };
  /** That of the start until there is a reload. */
  readonly lastReload: ReloadOutcome;
  readonly listeners: readonly (BoundListener & ListenerCounts)[];
  /** The limit of file descriptors, and how many connections each listener takes by it. */
  readonly descriptors: Descriptors | null;
  readonly certificates: readonly (CertificateInForce & { readonly daysLeft: number })[];
  readonly counters: Counters;
  readonly watch: {
    readonly on: boolean;
    readonly folders: number;
    /** Folders whose changes go unseen. */
    readonly failed: readonly string[];
  };
  /** Where the last good configuration is kept, and whether the one that serves was. */
  readonly lastGood: {
    readonly folder: string | null;
    readonly keptAt: number | null;
    readonly failure: string;
  };
  /** Where it is kept how far revocation lists have come, and why not; `lost`: what was kept could not be used at the start. */
  readonly listNumbers: {
    readonly folder: string | null;
    readonly remembered: number;
    readonly failure: string;
    readonly lost: string;
  };
  /** Why nothing is written to the log, and since when; '' while it is. */
  readonly log: { readonly failure: string; readonly since: number | null };
  readonly cryptoProvider: CryptoProviderInUse;
  readonly upstreams: readonly EndpointStatus[];
  /** Every pin that serves and when it last admitted a request, in Unix seconds. */
  readonly pins: readonly PinUse[];
  /** What there is to say of them: never used, retiring, expired. */
  readonly pinNotices: readonly PinNotice[];
}

const daysLeft = (notAfter: number, now: number): number =>
  Math.floor((notAfter - now) / DAY_SECONDS);

function listenersOf(gateway: RunningGateway): Status['listeners'] {
  const counts = new Map(gateway.readListeners().map((one) => [one.name, one]));
  return gateway.listeners.map((one) => ({
    ...(counts.get(one.name) ?? { closedWithoutByte: 0 }),
    ...one,
  }));
}

/** statusOf describes a gateway. */
export function statusOf(gateway: RunningGateway): Status {
  const { served, watcher, keeper, generation, lastOutcome: lastReload } = gateway;
  const { listNumbers, log } = gateway;
  const { origin: state, keptAt, since: servingSince, certificates, operation } = served;
  const file = resolve(gateway.configPath);
  const pins = gateway.readPinUse();
  const now = gateway.now();
  return {
    version: ownVersion().version,
    pid: process.pid,
    startedAt: gateway.startedAt,
    generation,
    servingSince,
    config: keptAt === undefined ? { file, state } : { file, state, keptAt },
    lastReload,
    listeners: listenersOf(gateway),
    descriptors: gateway.readDescriptors(),
    certificates: certificates.map((one) => ({ ...one, daysLeft: daysLeft(one.notAfter, now) })),
    counters: gateway.readCounters(),
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
    upstreams: gateway.readUpstreams(),
    pins,
    pinNotices: pinNotices(pins, now),
  };
}

export const statusVerb: AdminVerb = {
  method: 'GET',
  answer: async (gateway) => ({ status: 200, body: statusOf(gateway) }),
};
