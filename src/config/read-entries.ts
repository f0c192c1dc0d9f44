/**
 * Owns the reading of single entries: from a raw entry that passed the schema to the typed one, defaults filled in. The
 * defaults are those of native/snapshot/model.h and of gateway.schema.json (a test holds the three together).
 */

import { resolve } from 'node:path';
import { readCondition } from '../conditions/read-condition.js';
import { pointer } from '../document/issue.js';
import { validated } from '../parsed.js';
import { parseSerial } from '../pins/parse-serial.js';
import { parseBind, parseEndpoint } from './addresses.js';
import { readBalancing, readStanding, urlOfEndpoint } from './balancing.js';
import type {
  CertificateConfig,
  ClientConfig,
  ClientRules,
  Deny,
  FileAt,
  Limits,
  ListenerConfig,
  RevocationConfig,
  ServerNameConfig,
  Timeouts,
  TrustConfig,
  UpstreamConfig,
} from './config.js';
import { fileAt } from './file-at.js';
import { readForwardIdentity } from './forwarded-identity.js';
import { readFront } from './front.js';
import { readMaintenance } from './maintenance.js';
import { parseDuration } from './quantities.js';
import { parseRate } from './rate.js';
import type {
  RawCertificate,
  RawClient,
  RawLimits,
  RawListener,
  RawTimeouts,
  RawTrust,
  RawUpstream,
} from './raw.js';
import { readPin } from './read-pin.js';
import { parseDeniedCertificate } from './trust-rules.js';
import { readUpstreamTls } from './upstream-tls.js';
import { sizeOf } from './values.js';
import { parseWhenStale } from './when-stale.js';

/** Entry is where an entry stands: its name, its pointer, and the folder that relative paths start from. */
export interface Entry {
  readonly name: string;
  readonly at: string;
  readonly directory: string;
}

/** milliseconds reads a duration that passed the schema, or the default. */
export function milliseconds(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : validated(parseDuration(text));
}

const bytes = (value: string | number | undefined, otherwise: number): number =>
  value === undefined ? otherwise : validated(sizeOf(value));

function filesAt(directory: string, paths: readonly string[], at: string): readonly FileAt[] {
  return Object.freeze(paths.map((path, i) => fileAt(directory, path, pointer(at, i))));
}

export function readTrust({ name, at, directory }: Entry, raw: RawTrust): TrustConfig {
  return Object.freeze({
    name,
    at,
    selfSigned: raw.selfSigned ?? false,
    ca: filesAt(directory, raw.ca ?? [], pointer(at, 'ca')),
    revocation: raw.crl === undefined ? null : readRevocation(directory, at, raw.crl),
    deny: Object.freeze((raw.deny ?? []).map(readDeny)),
    minRsaBits: raw.minRsaBits ?? 2048,
    maxDepth: raw.maxDepth ?? 8,
  });
}

function readDeny(raw: string | { readonly serial: string }): Deny {
  return typeof raw === 'string'
    ? Object.freeze({ kind: 'sha256', value: validated(parseDeniedCertificate(raw)) })
    : Object.freeze({ kind: 'serial', value: validated(parseSerial(raw.serial)) });
}

function readRevocation(
  directory: string,
  at: string,
  crl: NonNullable<RawTrust['crl']>,
): RevocationConfig {
  return Object.freeze({
    files: filesAt(directory, crl.files, pointer(at, 'crl', 'files')),
    ...validated(parseWhenStale(crl.whenStale ?? 'reject')),
    leafOnly: crl.check === 'leaf',
    acceptUnlistedIssuers: crl.unlistedIssuers === 'accept',
    acceptUnnumbered: crl.unnumbered === 'accept',
  });
}

export function readClient({ name, at }: Entry, raw: RawClient): ClientConfig {
  const pins = raw.pins === undefined ? null : Object.freeze(raw.pins.map(readPin));
  const when = raw.when === undefined ? null : readCondition(raw.when, pointer(at, 'when'));
  return Object.freeze({ name, at, pins, when });
}

export function readUpstream({ name, at, directory }: Entry, raw: RawUpstream): UpstreamConfig {
  const timeouts = raw.timeouts ?? {};
  const endpoints = raw.endpoints.map((written) => {
    const endpoint = validated(parseEndpoint(urlOfEndpoint(written)));
    const standing = readStanding(written);
    return endpoint.kind === 'unix'
      ? Object.freeze({ ...endpoint, path: resolve(directory, endpoint.path), ...standing })
      : Object.freeze({ ...endpoint, ...standing });
  });
  return Object.freeze({
    name,
    at,
    endpoints: Object.freeze(endpoints),
    protocol: raw.protocol ?? 'http1',
    tls: raw.tls === undefined ? null : readUpstreamTls(directory, pointer(at, 'tls'), raw.tls),
    connectMs: milliseconds(timeouts.connect, 5000),
    responseMs: milliseconds(timeouts.response, 30_000),
    idleMs: milliseconds(timeouts.idle, 60_000),
    keepAliveMs: milliseconds(timeouts.keepAlive, 30_000),
    maxIdle: raw.maxIdle ?? 32,
    ...readBalancing(raw),
    maintenance: readMaintenance(raw.maintenance),
  });
}

const NO_RATE = { count: 0, periodMs: 1000 };

function readLimits(raw: RawLimits): Limits {
  const { handshakesPerAddress: rate } = raw;
  const { count, periodMs } = rate === undefined ? NO_RATE : validated(parseRate(rate));
  return Object.freeze({
    headBytes: bytes(raw.headBytes, 16 * 1024),
    headFields: raw.headFields ?? 100,
    targetBytes: bytes(raw.targetBytes, 8 * 1024),
    bodyBytes: bytes(raw.bodyBytes, 2 ** 40),
    connections: raw.connections ?? 10_000,
    handshakes: raw.handshakes ?? 256,
    streams: raw.streams ?? 100,
    bodyBytesPerSecond: bytes(raw.bodyBytesPerSecond, 128),
    requestsPerConnection: raw.requestsPerConnection ?? 0,
    connectionsPerAddress: raw.connectionsPerAddress ?? 0,
    handshakesPerAddress: count,
    handshakePeriodMs: periodMs,
    handshakeBurst: count === 0 ? 0 : (raw.handshakeBurst ?? count),
  });
}

function readTimeouts(raw: RawTimeouts): Timeouts {
  return Object.freeze({
    firstByteMs: milliseconds(raw.firstByte, 3_000),
    handshakeMs: milliseconds(raw.handshake, 10_000),
    headMs: milliseconds(raw.head, 10_000),
    bodyMs: milliseconds(raw.body, 30_000),
    writeMs: milliseconds(raw.write, 30_000),
    idleMs: milliseconds(raw.idle, 60_000),
    evictionMs: milliseconds(raw.eviction, 5_000),
    tunnelIdleMs: milliseconds(raw.tunnelIdle, 3_600_000),
  });
}

function readCertificate(directory: string, at: string, raw: RawCertificate): CertificateConfig {
  return Object.freeze({
    at,
    cert: fileAt(directory, raw.cert, pointer(at, 'cert')),
    key: fileAt(directory, raw.key, pointer(at, 'key')),
    names: Object.freeze([...(raw.names ?? [])]),
  });
}

// What a name leaves out is what its listener says.
function readServerNames(
  at: string,
  raw: RawListener,
  rules: ClientRules,
): readonly ServerNameConfig[] {
  const named = Object.entries(raw.names ?? {}).map(([name, own]) =>
    Object.freeze({ name, at: pointer(at, 'names', name), ...rules, ...own }),
  );
  return Object.freeze(named);
}

export function readListener({ name, at, directory }: Entry, raw: RawListener): ListenerConfig {
  const certificates = raw.certificates.map((certificate, i) =>
    readCertificate(directory, pointer(at, 'certificates', i), certificate),
  );
  const rules: ClientRules = {
    clientAuth: raw.clientAuth ?? 'required',
    trust: raw.trust,
    minVersion: raw.minVersion ?? '1.2',
  };
  return Object.freeze({
    name,
    at,
    bind: validated(parseBind(raw.bind)),
    front: readFront(raw),
    certificates: Object.freeze(certificates),
    ...rules,
    names: readServerNames(at, raw, rules),
    unknownNames: raw.unknownNames ?? 'default',
    protocols: Object.freeze([...(raw.protocols ?? ['h2', 'http/1.1'])]),
    tickets: raw.tickets ?? true,
    forwardIdentity: readForwardIdentity(raw.forwardIdentity ?? []),
    limits: readLimits(raw.limits ?? {}),
    timeouts: readTimeouts(raw.timeouts ?? {}),
  });
}
