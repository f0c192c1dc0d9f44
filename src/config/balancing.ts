/**
 * Owns what is said of an upstream about choosing among its endpoints: the shape of it in gateway.json, the rules that JSON
 * Schema cannot express, the defaults, and the typed form, which is the snapshot's too.
 */
import { bad, good, literal, type Parsed, quote, validated } from '../parsed.js';
import { entriesOf, memberOf } from './members.js';
import { MOST_MS, parseDuration } from './quantities.js';

export type RawEndpoint =
  | string
  | { readonly url: string; readonly weight?: number; readonly backup?: boolean };

export interface RawHealth {
  readonly path?: string;
  readonly host?: string;
  readonly interval?: string;
  readonly timeout?: string;
  readonly healthy?: number;
  readonly unhealthy?: number;
  readonly expect?: readonly number[];
}

export interface RawEjection {
  readonly failures?: number;
  readonly time?: string;
  readonly maxTime?: string;
  readonly maxPercent?: number;
}

/** RawBalancing is the part of an upstream that is read here. */
export interface RawBalancing {
  readonly balance?: Policy;
  readonly hashOn?: 'client-certificate' | { readonly header: string };
  readonly failback?: boolean;
  readonly slowStart?: string;
  readonly health?: RawHealth;
  readonly ejection?: RawEjection | false;
  readonly retries?: {
    readonly attempts?: number;
    readonly on?: readonly ('connect' | 'reset')[];
    readonly budgetPercent?: number;
  };
  readonly limits?: {
    readonly connections?: number;
    readonly requests?: number;
    readonly queue?: number;
    readonly queueTimeout?: string;
  };
  readonly resolve?: { readonly interval?: string };
}

export type Policy = 'round-robin' | 'least-connections' | 'hash';

/** Standing is what an endpoint counts for among its like. */
export interface Standing {
  readonly weight: number;
  /** Used when nothing else is usable. */
  readonly backup: boolean;
}

export interface Balancing {
  readonly policy: Policy;
  /** With policy "hash": the field, in lower case; null: the client's certificate. */
  readonly hashHeader: string | null;
  /** Whether the others take over from backups as soon as one of them is usable. */
  readonly failback: boolean;
  readonly slowStartMs: number;
}

export interface HealthCheck {
  /** null: that a connection can be made is enough. */
  readonly target: string | null;
  /** The Host field; null: the endpoint's own. */
  readonly host: string | null;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly healthy: number;
  readonly unhealthy: number;
  readonly expectFrom: number;
  readonly expectTo: number;
}

export interface Ejection {
  readonly failures: number;
  readonly baseMs: number;
  readonly mostMs: number;
  readonly mostPercent: number;
}

export interface Retries {
  readonly attempts: number;
  readonly onConnect: boolean;
  readonly onReset: boolean;
  readonly budgetPercent: number;
}

/** UpstreamLimits are for each endpoint and the whole gateway; 0: none. The queue is the upstream's. */
export interface UpstreamLimits {
  readonly connections: number;
  readonly requests: number;
  readonly queue: number;
  readonly queueMs: number;
}

export interface BalancingConfig {
  readonly balancing: Balancing;
  readonly health: HealthCheck | null;
  /** null: never. */
  readonly ejection: Ejection | null;
  readonly retries: Retries;
  readonly limits: UpstreamLimits;
  readonly resolveMs: number;
}

const DEFAULT_HEALTH = { interval: '5s', timeout: '1s' };
const DEFAULT_EJECTION = { time: '10s', maxTime: '5m' };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

// A member of another type, or none: its own rule or the default speaks.
function durationOf(value: unknown, key: string, otherwise: string): number | undefined {
  const text = memberOf(value, key) ?? otherwise;
  const parsed = typeof text === 'string' ? parseDuration(text) : undefined;
  return parsed?.ok && parsed.value > 0 && parsed.value <= MOST_MS ? parsed.value : undefined;
}

const urlOf = (endpoint: unknown): unknown =>
  typeof endpoint === 'string' ? endpoint : memberOf(endpoint, 'url');

/** checkEndpoints judges a list of endpoints as a whole. */
export function checkEndpoints(value: unknown): Parsed<unknown> {
  if (!Array.isArray(value) || value.length === 0) return good(undefined);
  const urls = value.map(urlOf);
  const doubled = urls.find((url, index) => typeof url === 'string' && urls.indexOf(url) < index);
  if (typeof doubled === 'string') {
    const fix = 'give it a "weight" if it is to get more';
    return bad(`${quote(doubled)} twice`, 'each endpoint once', fix);
  }
  if (!value.every((endpoint) => memberOf(endpoint, 'backup') === true)) return good(undefined);
  return bad(
    'backups only',
    'at least one endpoint that is no backup: a backup stands in for the others',
    'remove "backup" where requests normally go',
  );
}

/** checkBalance judges "balance" and "hashOn" of an upstream together. */
export function checkBalance(value: unknown): Parsed<unknown> {
  const policy = memberOf(value, 'balance') ?? 'round-robin';
  if (memberOf(value, 'hashOn') === undefined || policy === 'hash') return good(undefined);
  if (typeof policy !== 'string') return good(undefined);
  const fix = `write "balance": "hash", or remove "hashOn"`;
  return bad(`"hashOn" with "balance": ${quote(policy)}`, '"hashOn" with "balance": "hash"', fix);
}

// What frames a message is the same for many clients, or not there when it is looked for.
const NOT_TO_HASH =
  /^(?:connection|content-length|date|expect|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/i;

/** checkHashHeader judges the field that requests are told apart by. */
export function checkHashHeader(name: string): Parsed<string> {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/.test(name)) {
    return bad(quote(name), 'a header field name such as "X-Session"');
  }
  if (!NOT_TO_HASH.test(name)) return good(name);
  return bad(quote(name), 'a field that tells clients or sessions apart, such as "X-Session"');
}

/** checkHealth judges a health check as a whole. */
export function checkHealth(value: unknown): Parsed<unknown> {
  if (!isObject(value)) return good(undefined);
  const interval = durationOf(value, 'interval', DEFAULT_HEALTH.interval);
  const timeout = durationOf(value, 'timeout', DEFAULT_HEALTH.timeout);
  if (interval !== undefined && timeout !== undefined && timeout > interval) {
    const found = `a "timeout" longer than the "interval"`;
    return bad(found, 'a check that ends before the next one begins', 'shorten "timeout"');
  }
  const needless = ['host', 'expect'].find((key) => Object.hasOwn(value, key));
  if (needless !== undefined && memberOf(value, 'path') === undefined) {
    const expected = `${quote(needless)} beside "path": without a path a connection is all that is asked for`;
    return bad(`${quote(needless)} without "path"`, expected, 'add "path", such as "/healthz"');
  }
  const [from, to] = entriesOf(memberOf(value, 'expect')).map(([, status]) => status);
  if (typeof from !== 'number' || typeof to !== 'number' || from <= to) return good(undefined);
  return bad(`[${from}, ${to}]`, 'the lowest and the highest status', `write [${to}, ${from}]`);
}

/** checkHealthPath judges the target of a health check: it stands in a request line as it is. */
export function checkHealthPath(text: string): Parsed<string> {
  if (/^\/[\x21-\x22\x24-\x7e]{0,1023}$/.test(text)) return good(text);
  const fix = text.startsWith('/') ? undefined : `write ${literal(`/${text}`)}`;
  return bad(quote(text), 'a path, perhaps with a query, such as "/healthz"', fix);
}

/** checkHealthHost judges the Host field of a health check. */
export function checkHealthHost(text: string): Parsed<string> {
  if (/^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/.test(text))
    return good(text);
  return bad(quote(text), 'a host, perhaps with a port, such as "crm.local"');
}

/** checkEjection judges the times of ejection together. */
export function checkEjection(value: unknown): Parsed<unknown> {
  if (!isObject(value)) return good(undefined);
  const base = durationOf(value, 'time', DEFAULT_EJECTION.time);
  const most = durationOf(value, 'maxTime', DEFAULT_EJECTION.maxTime);
  if (base === undefined || most === undefined || base <= most) return good(undefined);
  return bad('a "time" longer than "maxTime"', 'the first ejection is the shortest', 'swap them');
}

/** checkUpstreamLimits judges the limits of an upstream together. */
export function checkUpstreamLimits(value: unknown): Parsed<unknown> {
  if (!isObject(value)) return good(undefined);
  const queued = ['queue', 'queueTimeout'].find((key) => Object.hasOwn(value, key));
  const isBounded = 'connections' in value || 'requests' in value;
  if (queued === undefined || isBounded) return good(undefined);
  const expected = '"connections" or "requests" beside it: without a limit nothing waits';
  return bad(
    `${quote(queued)} without a limit`,
    expected,
    `add "requests", or remove ${quote(queued)}`,
  );
}

const ms = (text: string | undefined, otherwise: string): number =>
  validated(parseDuration(text ?? otherwise));

/** readStanding reads what an endpoint says beside where it is. */
export function readStanding(raw: RawEndpoint): Standing {
  const { weight = 1, backup = false } = typeof raw === 'string' ? {} : raw;
  return { weight, backup };
}

/** urlOfEndpoint is where an endpoint is, as written. */
export function urlOfEndpoint(raw: RawEndpoint): string {
  return typeof raw === 'string' ? raw : raw.url;
}

function readHealth(raw: RawHealth): HealthCheck {
  const [expectFrom = 200, expectTo = 299] = raw.expect ?? [];
  return Object.freeze({
    target: raw.path ?? null,
    host: raw.host ?? null,
    intervalMs: ms(raw.interval, DEFAULT_HEALTH.interval),
    timeoutMs: ms(raw.timeout, DEFAULT_HEALTH.timeout),
    healthy: raw.healthy ?? 2,
    unhealthy: raw.unhealthy ?? 3,
    expectFrom,
    expectTo,
  });
}

function readEjection(raw: RawEjection): Ejection {
  return Object.freeze({
    failures: raw.failures ?? 5,
    baseMs: ms(raw.time, DEFAULT_EJECTION.time),
    mostMs: ms(raw.maxTime, DEFAULT_EJECTION.maxTime),
    mostPercent: raw.maxPercent ?? 50,
  });
}

function readLimits({
  connections,
  requests,
  queue,
  queueTimeout,
}: NonNullable<RawBalancing['limits']>) {
  return Object.freeze({
    connections: connections ?? 0,
    requests: requests ?? 0,
    queue: queue ?? 100,
    queueMs: ms(queueTimeout, '5s'),
  });
}

/** readBalancing reads what passed the schema, defaults filled in. */
export function readBalancing(raw: RawBalancing): BalancingConfig {
  const { balance = 'round-robin', hashOn = 'client-certificate', retries = {} } = raw;
  const on = retries.on ?? ['connect', 'reset'];
  return Object.freeze({
    balancing: Object.freeze({
      policy: balance,
      hashHeader:
        balance === 'hash' && typeof hashOn === 'object' ? hashOn.header.toLowerCase() : null,
      failback: raw.failback ?? true,
      slowStartMs: ms(raw.slowStart, '0s'),
    }),
    health: raw.health === undefined ? null : readHealth(raw.health),
    ejection: raw.ejection === false ? null : readEjection(raw.ejection ?? {}),
    retries: Object.freeze({
      attempts: retries.attempts ?? 3,
      onConnect: on.includes('connect'),
      onReset: on.includes('reset'),
      budgetPercent: retries.budgetPercent ?? 20,
    }),
    limits: readLimits(raw.limits ?? {}),
    resolveMs: ms(raw.resolve?.interval, '30s'),
  });
}
