/**
 * Owns what is said of an upstream about choosing among its endpoints: the rules that JSON Schema cannot express, and the
 * typed form, which is the snapshot's too.
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import {
  MOST_MS,
  type RawEjection,
  type RawHealthCheck,
  type RawUpstream,
  type RawUpstreamLimits,
} from './generated-shape.js';
import { entriesOf, memberOf } from './members.js';
import { parseDuration } from './quantities.js';
import { propertyOf, type SchemaPart } from './schema-part.js';

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

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

// A member of another type, or none: its own rule or the default speaks.
function durationOf(value: unknown, key: string, schema: SchemaPart): number | undefined {
  const text = memberOf(value, key) ?? propertyOf(schema, key).default;
  const parsed = typeof text === 'string' ? parseDuration(text) : undefined;
  return parsed?.ok && parsed.value > 0 && parsed.value <= MOST_MS ? parsed.value : undefined;
}

/** urlOf is the URL of an endpoint in either form; undefined where there is none. */
export const urlOf = (endpoint: unknown): unknown =>
  typeof endpoint === 'string' ? endpoint : memberOf(endpoint, 'url');

/** checkEndpoints judges a list of endpoints as a whole. */
export function checkEndpoints(value: unknown): Parsed<unknown> {
  if (!Array.isArray(value) || value.length === 0) return good(undefined);
  const urls = value.map(urlOf);
  const doubled = urls.find((url, index) => typeof url === 'string' && urls.indexOf(url) < index);
  if (typeof doubled === 'string') {
    const fix = 'give it a "weight" if it should get more requests';
    return bad(`${quote(doubled)} twice`, 'each endpoint once', fix);
  }
  if (!value.every((endpoint) => memberOf(endpoint, 'backup') === true)) return good(undefined);
  return bad(
    'only backup endpoints',
    'at least one endpoint without "backup": backups stand in for the others',
    'remove "backup" where requests normally go',
  );
}

/** checkBalance judges "balance" and "hashOn" of an upstream together. */
export function checkBalance(value: unknown, schema: SchemaPart): Parsed<unknown> {
  const policy = memberOf(value, 'balance') ?? propertyOf(schema, 'balance').default;
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
export function checkHealth(value: unknown, schema: SchemaPart): Parsed<unknown> {
  if (!isObject(value)) return good(undefined);
  const interval = durationOf(value, 'interval', schema);
  const timeout = durationOf(value, 'timeout', schema);
  if (interval !== undefined && timeout !== undefined && timeout > interval) {
    const found = `a "timeout" longer than the "interval"`;
    return bad(found, 'a check that ends before the next one begins', 'shorten "timeout"');
  }
  const needless = ['host', 'expect'].find((key) => Object.hasOwn(value, key));
  if (needless !== undefined && memberOf(value, 'path') === undefined) {
    const expected = `${quote(needless)} beside "path": without a path, the check only connects`;
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
  return bad(quote(text), 'a path, optionally with a query, such as "/healthz"', fix);
}

/** checkHealthHost judges the Host field of a health check. */
export function checkHealthHost(text: string): Parsed<string> {
  if (/^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/.test(text))
    return good(text);
  return bad(quote(text), 'a host, optionally with a port, such as "crm.local"');
}

/** checkEjection judges the times of ejection together. */
export function checkEjection(value: unknown, schema: SchemaPart): Parsed<unknown> {
  if (!isObject(value)) return good(undefined);
  const base = durationOf(value, 'time', schema);
  const most = durationOf(value, 'maxTime', schema);
  if (base === undefined || most === undefined || base <= most) return good(undefined);
  return bad(
    'a "time" longer than "maxTime"',
    '"time" at most as long as "maxTime": the first ejection is the shortest',
    'swap them',
  );
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

function readHealth(raw: RawHealthCheck): HealthCheck {
  const { path, host, interval, timeout, healthy, unhealthy, expect } = raw;
  const [expectFrom = 0, expectTo = 0] = expect;
  return Object.freeze({
    target: path ?? null,
    host: host ?? null,
    intervalMs: interval,
    timeoutMs: timeout,
    healthy,
    unhealthy,
    expectFrom,
    expectTo,
  });
}

function readEjection(raw: Exclude<RawEjection, false>): Ejection {
  return Object.freeze({
    failures: raw.failures,
    baseMs: raw.time,
    mostMs: raw.maxTime,
    mostPercent: raw.maxPercent,
  });
}

function readLimits(raw: RawUpstreamLimits): UpstreamLimits {
  return Object.freeze({
    connections: raw.connections ?? 0,
    requests: raw.requests ?? 0,
    queue: raw.queue,
    queueMs: raw.queueTimeout,
  });
}

/** readBalancing reads what passed the schema. */
export function readBalancing(raw: RawUpstream): BalancingConfig {
  const { balance, hashOn, retries } = raw;
  return Object.freeze({
    balancing: Object.freeze({
      policy: balance,
      hashHeader:
        balance === 'hash' && typeof hashOn === 'object' ? hashOn.header.toLowerCase() : null,
      failback: raw.failback,
      slowStartMs: raw.slowStart,
    }),
    health: raw.health === undefined ? null : readHealth(raw.health),
    ejection: raw.ejection === false ? null : readEjection(raw.ejection),
    retries: Object.freeze({
      attempts: retries.attempts,
      onConnect: retries.on.includes('connect'),
      onReset: retries.on.includes('reset'),
      budgetPercent: retries.budgetPercent,
    }),
    limits: readLimits(raw.limits),
    resolveMs: raw.resolve.interval,
  });
}
