/**
 * Owns what the status of a gateway says, and its shape.
 */
import type {
  BoundListener,
  ClockReading,
  CryptoProviderInUse,
  Descriptors,
  EndpointStatus,
  ListenerCounts,
  ListInForce,
  PinUse,
} from '../engine/native.js';
import type { PinNotice } from '../pins/pin-use.js';
import type { ReloadOutcome } from '../reload/outcome.js';
import type { CertificateInForce } from '../reload/served.js';
import type { StartSettings, Waiting } from '../snapshot/start-settings.js';
import {
  byName,
  listOf,
  number,
  oneOf,
  optional,
  orNull,
  record,
  text,
  truth,
} from '../value-shape.js';
import { OUTCOME } from './admin-outcome.js';

/** CertificateState is where a certificate stands by the clock of the gateway. */
export type CertificateState = 'valid' | 'expired' | 'not-yet-valid';

/** Status is what there is to tell of a gateway. Times are Unix milliseconds unless said otherwise. */
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
    /** A later configuration has served that could not be kept. */
    readonly overtaken?: boolean;
  };
  /** That of the start until there is a reload. */
  readonly lastReload: ReloadOutcome;
  readonly listeners: readonly (BoundListener & ListenerCounts)[];
  /** The limit of file descriptors, and how many connections each listener takes by it. */
  readonly descriptors: Descriptors | null;
  /** What the gateway takes its clock for, in Unix seconds: below the floor it is wrong. */
  readonly clock: Omit<ClockReading, 'judgedAnew'>;
  readonly certificates: readonly (CertificateInForce & {
    readonly daysLeft: number;
    readonly state: CertificateState;
  })[];
  /** The revocation lists of all trust bundles. */
  readonly lists: readonly ListInForce[];
  /** By name; which there are depends on the version of the gateway. */
  readonly counters: Readonly<Record<string, number>>;
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
  /** What a reload does not change, as the process was started with it; and what counts at the next start instead. */
  readonly started: StartSettings;
  readonly waiting: readonly Waiting[];
  readonly upstreams: readonly EndpointStatus[];
  /** Every pin that serves and when it last admitted a request, in Unix seconds. */
  readonly pins: readonly PinUse[];
  /** What there is to say of them: never used, retiring, expired. */
  readonly pinNotices: readonly PinNotice[];
}

const CONFIG = record<Status['config']>({
  file: text,
  state: oneOf('live', 'last-good'),
  keptAt: optional(number),
  overtaken: optional(truth),
});

const LISTENER = record<Status['listeners'][number]>({
  name: text,
  address: text,
  port: number,
  closedWithoutByte: number,
});

const DESCRIPTORS = record<Descriptors>({
  limit: number,
  listeners: listOf(
    record<Descriptors['listeners'][number]>({
      name: text,
      connections: number,
      configured: number,
    }),
  ),
});

const CERTIFICATE = record<Status['certificates'][number]>({
  role: oneOf('server', 'client', 'authority'),
  path: text,
  subject: text,
  sha256: text,
  notBefore: number,
  notAfter: number,
  daysLeft: number,
  state: oneOf('valid', 'expired', 'not-yet-valid'),
});

const LIST = record<ListInForce>({
  trust: text,
  source: text,
  issuer: text,
  number: text,
  delta: truth,
  thisUpdate: number,
  nextUpdate: orNull(number),
  problem: text,
});

const ENDPOINT = record<EndpointStatus>({
  upstream: text,
  endpoint: text,
  state: oneOf('up', 'ejected', 'down', 'unresolved'),
  backup: truth,
  weight: number,
  inFlight: number,
  requests: number,
  failures: number,
  addresses: listOf(text),
});

const PIN = record<PinUse>({
  client: text,
  kind: oneOf('sha256', 'sha1', 'spki-sha256'),
  value: text,
  label: text,
  notBefore: orNull(number),
  expires: orNull(number),
  lastUsed: orNull(number),
});

const PIN_NOTICE = record<PinNotice>({
  code: oneOf('pin-never-used', 'pin-expired', 'pin-retiring', 'client-without-pin'),
  client: text,
  text,
});

export const STATUS_ANSWER = record<Status>({
  version: text,
  pid: number,
  startedAt: number,
  generation: number,
  servingSince: number,
  config: CONFIG,
  lastReload: OUTCOME,
  listeners: listOf(LISTENER),
  descriptors: orNull(DESCRIPTORS),
  clock: record<Status['clock']>({ now: number, floor: number, confirmed: truth }),
  certificates: listOf(CERTIFICATE),
  lists: listOf(LIST),
  counters: byName(number),
  watch: record<Status['watch']>({ on: truth, folders: number, failed: listOf(text) }),
  lastGood: record<Status['lastGood']>({
    folder: orNull(text),
    keptAt: orNull(number),
    failure: text,
  }),
  listNumbers: record<Status['listNumbers']>({
    folder: orNull(text),
    remembered: number,
    failure: text,
    lost: text,
  }),
  log: record<Status['log']>({ failure: text, since: orNull(number) }),
  cryptoProvider: record<CryptoProviderInUse>({
    name: oneOf('host', 'portable'),
    library: text,
    reason: text,
    isFallback: truth,
  }),
  started: byName(text),
  waiting: listOf(record<Waiting>({ key: text, started: text, configured: text })),
  upstreams: listOf(ENDPOINT),
  pins: listOf(PIN),
  pinNotices: listOf(PIN_NOTICE),
});
