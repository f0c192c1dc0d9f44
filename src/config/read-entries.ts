/**
 * Owns the reading of single entries: from a raw entry that passed the schema and was completed to the typed one.
 */

import { resolve } from 'node:path';
import { readCondition } from '../conditions/read-condition.js';
import { pointer } from '../document/issue.js';
import { validated } from '../parsed.js';
import { parseSerial } from '../pins/parse-serial.js';
import { parseBind, parseEndpoint } from './addresses.js';
import { readBalancing } from './balancing.js';
import {
  type ApplicationConfig,
  type CertificateConfig,
  type ClientConfig,
  type ClientRules,
  type Deny,
  type FileAt,
  type ListenerConfig,
  NO_TRUST,
  type RevocationConfig,
  type ServerNameConfig,
  type TrustConfig,
  type UpstreamConfig,
} from './config.js';
import { fileAt, secretAt } from './file-at.js';
import { readForwardIdentity } from './forwarded-identity.js';
import { readFront } from './front.js';
import type {
  RawApplication,
  RawCertificate,
  RawClient,
  RawCrl,
  RawDeny,
  RawEndpoint,
  RawListener,
  RawTrust,
  RawUpstream,
} from './generated-shape.js';
import { inMs, readLimits } from './listener-limits.js';
import { readMaintenance } from './maintenance.js';
import { readPin } from './read-pin.js';
import { parseDeniedCertificate } from './trust-rules.js';
import { readUpstreamTls } from './upstream-tls.js';
import { parseWhenStale } from './when-stale.js';

/** Entry is where an entry stands: its name, its pointer, and the folder that relative paths start from. */
export interface Entry {
  readonly name: string;
  readonly at: string;
  readonly directory: string;
}

function filesAt(directory: string, paths: readonly string[], at: string): readonly FileAt[] {
  return Object.freeze(paths.map((path, i) => fileAt(directory, path, pointer(at, i))));
}

export function readTrust({ name, at, directory }: Entry, raw: RawTrust): TrustConfig {
  return Object.freeze({
    name,
    at,
    selfSigned: raw.selfSigned,
    ca: filesAt(directory, raw.ca ?? [], pointer(at, 'ca')),
    revocation: raw.crl === undefined ? null : readRevocation(directory, at, raw.crl),
    deny: Object.freeze(raw.deny.map(readDeny)),
    minRsaBits: raw.minRsaBits,
    maxDepth: raw.maxDepth,
  });
}

function readDeny(raw: RawDeny): Deny {
  return typeof raw === 'string'
    ? Object.freeze({ kind: 'sha256', value: validated(parseDeniedCertificate(raw)) })
    : Object.freeze({ kind: 'serial', value: validated(parseSerial(raw.serial)) });
}

function readRevocation(directory: string, at: string, crl: RawCrl): RevocationConfig {
  return Object.freeze({
    files: filesAt(directory, crl.files, pointer(at, 'crl', 'files')),
    ...validated(parseWhenStale(crl.whenStale)),
    leafOnly: crl.check === 'leaf',
    acceptUnlistedIssuers: crl.unlistedIssuers === 'accept',
    acceptUnnumbered: crl.unnumbered === 'accept',
  });
}

export function readClient({ name, at }: Entry, raw: RawClient): ClientConfig {
  const pins = raw.pins === undefined ? null : Object.freeze(raw.pins.map(readPin));
  const when = raw.when === undefined ? null : readCondition(raw.when, pointer(at, 'when'));
  return Object.freeze({ name, at, pins, when, scopes: Object.freeze([...raw.scopes]) });
}

export function readApplication({ name, at }: Entry, raw: RawApplication): ApplicationConfig {
  const [clients, scopes] = [Object.freeze([...raw.clients]), Object.freeze([...raw.scopes])];
  return Object.freeze({ name, at, clients, scopes });
}

function readEndpoint(directory: string, { url, weight, backup }: RawEndpoint) {
  const endpoint = validated(parseEndpoint(url));
  return endpoint.kind === 'unix'
    ? Object.freeze({ ...endpoint, path: resolve(directory, endpoint.path), weight, backup })
    : Object.freeze({ ...endpoint, weight, backup });
}

export function readUpstream({ name, at, directory }: Entry, raw: RawUpstream): UpstreamConfig {
  return Object.freeze({
    name,
    at,
    endpoints: Object.freeze(raw.endpoints.map((endpoint) => readEndpoint(directory, endpoint))),
    protocol: raw.protocol,
    tls: raw.tls === undefined ? null : readUpstreamTls(directory, pointer(at, 'tls'), raw.tls),
    ...inMs(raw.timeouts),
    maxIdle: raw.maxIdle,
    ...readBalancing(raw),
    maintenance: readMaintenance(raw.maintenance),
  });
}

function readCertificate(directory: string, at: string, raw: RawCertificate): CertificateConfig {
  return Object.freeze({
    at,
    cert: fileAt(directory, raw.cert, pointer(at, 'cert')),
    key: secretAt(directory, raw.key, pointer(at, 'key')),
    names: Object.freeze([...raw.names]),
  });
}

// What a name leaves out is what its listener says.
function readServerNames(
  at: string,
  raw: RawListener,
  rules: ClientRules,
): readonly ServerNameConfig[] {
  const named = Object.entries(raw.names).map(([name, own]) =>
    Object.freeze({ name, at: pointer(at, 'names', name), ...rules, ...own }),
  );
  return Object.freeze(named);
}

export function readListener({ name, at, directory }: Entry, raw: RawListener): ListenerConfig {
  const certificates = raw.certificates.map((certificate, i) =>
    readCertificate(directory, pointer(at, 'certificates', i), certificate),
  );
  const rules: ClientRules = {
    clientAuth: raw.clientAuth,
    trust: raw.trust ?? NO_TRUST,
    minVersion: raw.minVersion,
  };
  return Object.freeze({
    name,
    at,
    bind: validated(parseBind(raw.bind)),
    front: readFront(raw),
    certificates: Object.freeze(certificates),
    ...rules,
    announceAuthorities: raw.announceAuthorities,
    names: readServerNames(at, raw, rules),
    unknownNames: raw.unknownNames,
    protocols: Object.freeze([...raw.protocols]),
    tickets: raw.tickets,
    forwardIdentity: readForwardIdentity(raw.forwardIdentity),
    limits: readLimits(raw.limits),
    timeouts: Object.freeze(inMs(raw.timeouts)),
  });
}
