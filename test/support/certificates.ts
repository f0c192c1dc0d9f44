/**
 * Owns the issuing of X.509 certificates for tests (RFC 5280). `issueCertificate` writes exactly what it is asked for,
 * wrong combinations included; `createAuthority`, `issueServer` and `issueClient` are the usual sound cases.
 * Uses node:crypto and nothing else.
 */

import { createHash, randomBytes } from 'node:crypto';
import { pem } from '../../src/pins/certificate-file.js';
import { contextConstructed, integer, sequence, time } from './der.js';
import {
  authorityKeyIdentifier,
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  extensionDer,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from './extensions.js';
import {
  algorithmIdentifier,
  defaultSignature,
  generateKey,
  type KeyPair,
  privateKeyPem,
  publicKeyInfo,
  type SignatureAlgorithm,
  signed,
} from './keys.js';
import { type GeneralName, type Name, nameDer } from './names.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Issuer is whatever can sign: a name and a key. Every IssuedCertificate is one. */
export interface Issuer {
  readonly subject: Name;
  readonly key: KeyPair;
}

export interface CertificateRequest {
  readonly subject: Name;
  /** Left out: self-signed. */
  readonly issuer?: Issuer;
  /** Left out: a new P-256 key. */
  readonly key?: KeyPair;
  /** Left out: 15 random bytes, positive. */
  readonly serial?: bigint;
  /** Left out: a day ago. */
  readonly notBefore?: Date;
  /** Left out: in 30 days. */
  readonly notAfter?: Date;
  /** In this order; left out or empty: no extensions at all. */
  readonly extensions?: readonly Extension[];
  /** Left out: the usual one for the issuer's key. */
  readonly signature?: SignatureAlgorithm;
  /** The encoded version: 3 unless told otherwise. */
  readonly version?: 1 | 2 | 3;
  /** The signature is made not to verify. */
  readonly spoilSignature?: boolean;
}

/** IssuedCertificate is a certificate with the key it was made for; `sha256` and the like are lower-case hex. */
export interface IssuedCertificate extends Issuer {
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
  readonly serial: bigint;
  readonly sha256: string;
  readonly sha1: string;
  readonly spkiSha256: string;
}

function toBeSigned(
  request: CertificateRequest,
  made: { readonly issuer: Issuer; readonly key: KeyPair; readonly serial: bigint },
  signature: SignatureAlgorithm,
): Buffer {
  const version = request.version ?? 3;
  const notBefore = request.notBefore ?? new Date(Date.now() - DAY_MS);
  const notAfter = request.notAfter ?? new Date(Date.now() + 30 * DAY_MS);
  const extensions = (request.extensions ?? []).map(extensionDer);
  return sequence(
    ...(version === 1 ? [] : [contextConstructed(0, integer(version - 1))]),
    integer(made.serial),
    algorithmIdentifier(signature),
    nameDer(made.issuer.subject),
    sequence(time(notBefore), time(notAfter)),
    nameDer(request.subject),
    publicKeyInfo(made.key),
    ...(extensions.length === 0 ? [] : [contextConstructed(3, sequence(...extensions))]),
  );
}

function randomSerial(): bigint {
  const bytes = randomBytes(15);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return BigInt(`0x${bytes.toString('hex')}`);
}

const hash = (algorithm: string, data: Uint8Array): string =>
  createHash(algorithm).update(data).digest('hex');

/** issueCertificate signs one certificate. It checks nothing. */
export function issueCertificate(request: CertificateRequest): IssuedCertificate {
  const key = request.key ?? generateKey();
  const serial = request.serial ?? randomSerial();
  const issuer = request.issuer ?? { subject: request.subject, key };
  const signature = request.signature ?? defaultSignature(issuer.key);
  const der = signed(toBeSigned(request, { issuer, key, serial }, signature), {
    key: issuer.key,
    algorithm: signature,
    spoil: request.spoilSignature ?? false,
  });
  return Object.freeze({
    subject: request.subject,
    key,
    serial,
    der,
    pem: pem('CERTIFICATE', der),
    keyPem: privateKeyPem(key),
    sha256: hash('sha256', der),
    sha1: hash('sha1', der),
    spkiSha256: hash('sha256', publicKeyInfo(key)),
  });
}

/** Variation is what the presets below let a test change; `extensions` replaces theirs altogether. */
export type Variation = Partial<CertificateRequest>;

/** createAuthority makes a CA: self-signed, or an intermediate when `variation.issuer` is given. */
export function createAuthority(subject: Name, variation: Variation = {}): IssuedCertificate {
  const key = variation.key ?? generateKey();
  const extensions = [
    basicConstraints(true),
    keyUsage(['keyCertSign', 'cRLSign']),
    subjectKeyIdentifier(key),
    ...(variation.issuer === undefined ? [] : [authorityKeyIdentifier(variation.issuer.key)]),
  ];
  return issueCertificate({ subject, extensions, ...variation, key });
}

function issueLeaf(
  issuer: Issuer,
  subject: Name,
  leaf: { readonly purpose: string; readonly names: readonly GeneralName[] },
  variation: Variation,
): IssuedCertificate {
  const key = variation.key ?? generateKey();
  const extensions = [
    basicConstraints(false),
    keyUsage(['digitalSignature']),
    extendedKeyUsage([leaf.purpose]),
    ...(leaf.names.length === 0 ? [] : [subjectAltName(leaf.names)]),
    subjectKeyIdentifier(key),
    authorityKeyIdentifier(issuer.key),
  ];
  return issueCertificate({ subject, issuer, extensions, ...variation, key });
}

/** issueServer makes a server certificate, by default for localhost, 127.0.0.1 and ::1. */
export function issueServer(
  issuer: Issuer,
  subject: Name = 'localhost',
  names: readonly GeneralName[] = [{ dns: 'localhost' }, { ip: '127.0.0.1' }, { ip: '::1' }],
  variation: Variation = {},
): IssuedCertificate {
  return issueLeaf(issuer, subject, { purpose: 'serverAuth', names }, variation);
}

/** issueClient makes a client certificate. */
export function issueClient(
  issuer: Issuer,
  subject: Name,
  variation: Variation & { readonly names?: readonly GeneralName[] } = {},
): IssuedCertificate {
  const { names = [], ...rest } = variation;
  return issueLeaf(issuer, subject, { purpose: 'clientAuth', names }, rest);
}
