/**
 * Owns the issuing of certificate revocation lists for tests (RFC 5280 section 5). Like certificates.ts it writes what it
 * is asked for, wrong combinations included.
 */
import { pem } from '../../src/pins/certificate-file.js';
import type { Issuer } from './certificates.js';
import { contextConstructed, enumerated, integer, sequence, time } from './der.js';
import {
  authorityKeyIdentifier,
  type Extension,
  extensionDer,
  rawExtension,
} from './extensions.js';
import { algorithmIdentifier, defaultSignature, type SignatureAlgorithm, signed } from './keys.js';
import { nameDer } from './names.js';

const HOUR_MS = 60 * 60 * 1000;

const REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;

export type RevocationReason = keyof typeof REASONS;

export interface RevokedEntry {
  readonly serial: bigint;
  /** Left out: two hours ago. */
  readonly revokedAt?: Date;
  readonly reason?: RevocationReason;
  readonly extensions?: readonly Extension[];
}

export interface RevocationListRequest {
  readonly issuer: Issuer;
  readonly revoked?: readonly RevokedEntry[];
  /** Left out: an hour ago. */
  readonly thisUpdate?: Date;
  /** Left out: in seven days; null: the field is absent. */
  readonly nextUpdate?: Date | null;
  /** The CRL number; left out: 1; null: no such extension. */
  readonly number?: bigint | null;
  /** Marks a delta list by this BaseCRLNumber, critical. */
  readonly deltaOf?: bigint;
  /** Left out: the issuer's key identifier; null: no such extension. */
  readonly keyIdentifier?: null;
  /** Added after the standard ones, e.g. issuingDistributionPoint(...) or any raw extension. */
  readonly extensions?: readonly Extension[];
  readonly signature?: SignatureAlgorithm;
  readonly spoilSignature?: boolean;
}

export interface RevocationList {
  readonly der: Buffer;
  readonly pem: string;
}

/** issuingDistributionPoint wraps the DER content of an IssuingDistributionPoint SEQUENCE (RFC 5280 section 5.2.5). */
export function issuingDistributionPoint(parts: readonly Uint8Array[], critical = true): Extension {
  return rawExtension('2.5.29.28', critical, sequence(...parts));
}

function entryDer(entry: RevokedEntry): Buffer {
  const extensions = [
    ...(entry.reason === undefined
      ? []
      : [rawExtension('2.5.29.21', false, enumerated(REASONS[entry.reason]))]),
    ...(entry.extensions ?? []),
  ].map(extensionDer);
  const revokedAt = entry.revokedAt ?? new Date(Date.now() - 2 * HOUR_MS);
  return sequence(
    integer(entry.serial),
    time(revokedAt),
    ...(extensions.length === 0 ? [] : [sequence(...extensions)]),
  );
}

function listExtensions(request: RevocationListRequest): Extension[] {
  const number = request.number === undefined ? 1n : request.number;
  return [
    ...(request.keyIdentifier === null ? [] : [authorityKeyIdentifier(request.issuer.key)]),
    ...(number === null ? [] : [rawExtension('2.5.29.20', false, integer(number))]),
    ...(request.deltaOf === undefined
      ? []
      : [rawExtension('2.5.29.27', true, integer(request.deltaOf))]),
    ...(request.extensions ?? []),
  ];
}

/** issueRevocationList signs one version 2 list. It checks nothing. */
export function issueRevocationList(request: RevocationListRequest): RevocationList {
  const algorithm = request.signature ?? defaultSignature(request.issuer.key);
  const thisUpdate = request.thisUpdate ?? new Date(Date.now() - HOUR_MS);
  const nextUpdate =
    request.nextUpdate === undefined ? new Date(Date.now() + 7 * 24 * HOUR_MS) : request.nextUpdate;
  const entries = (request.revoked ?? []).map(entryDer);
  const tbs = sequence(
    integer(1),
    algorithmIdentifier(algorithm),
    nameDer(request.issuer.subject),
    time(thisUpdate),
    ...(nextUpdate === null ? [] : [time(nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    contextConstructed(0, sequence(...listExtensions(request).map(extensionDer))),
  );
  const der = signed(tbs, {
    key: request.issuer.key,
    algorithm,
    spoil: request.spoilSignature ?? false,
  });
  return Object.freeze({ der, pem: pem('X509 CRL', der) });
}
