/**
 * Owns what a case of the refusal table is: a client certificate that a verifier must judge rightly, beyond the mTLS matrix.
 * The cases are in chain-cases.ts, extension-cases.ts and revocation-cases.ts; refusal-gateway.ts serves them.
 */
import { createAuthority, type IssuedCertificate, type Variation } from './certificates.js';
import { basicConstraints, type Extension, type KeyUsage, keyUsage } from './extensions.js';

const HOUR_MS = 60 * 60 * 1000;
export const hoursFromNow = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);

/** Refused says which rule the log names, where it is written, whom it is about, and the alert that the peer gets. */
export interface Refused {
  readonly rule: string;
  readonly section: string;
  /** The subject of the certificate that fails. */
  readonly certificate: string;
  readonly code: string;
  readonly alert: number;
}

export interface Case {
  readonly name: string;
  /** The trust bundle, and the listener, of refusal-gateway.ts. */
  readonly bundle: string;
  /** `pem` is the chain as presented. */
  readonly client: IssuedCertificate;
  /** Left out: accepted. */
  readonly refused?: Refused;
}

// The alerts of RFC 8446 section 6.2, which are those of RFC 5246 section 7.2.2.
const ALERTS: Readonly<Record<string, number>> = {
  'bad-certificate': 42,
  'unsupported-certificate': 43,
  'certificate-revoked': 44,
  'certificate-expired': 45,
  'certificate-not-yet-valid': 45,
  'revocation-unknown': 46,
  'unknown-ca': 48,
};

/** refused puts an expectation together. */
export function refused(
  rule: string,
  section: string,
  code: string,
  { subject }: IssuedCertificate,
): Refused {
  return { rule, section, code, alert: ALERTS[code] ?? -1, certificate: `CN=${subject}` };
}

/** rfc5280 names a section of it. */
export const rfc5280 = (section: string): string => `RFC 5280 section ${section}`;

/** presenting is a certificate with the chain that goes with it, in this order. */
export function presenting(
  leaf: IssuedCertificate,
  ...others: readonly IssuedCertificate[]
): IssuedCertificate {
  return Object.freeze({ ...leaf, pem: [leaf, ...others].map(({ pem }) => pem).join('') });
}

interface AuthorityParts {
  readonly pathLength?: number;
  readonly usages?: readonly KeyUsage[];
  readonly more?: readonly Extension[];
}

/** authorityBelow issues an intermediate; `parts` are its extensions. */
export function authorityBelow(
  issuer: IssuedCertificate,
  name: string,
  { pathLength, usages = ['keyCertSign', 'cRLSign'], more = [] }: AuthorityParts = {},
  variation: Variation = {},
): IssuedCertificate {
  const limit = pathLength === undefined ? {} : { pathLength };
  const extensions = [basicConstraints(true, limit), keyUsage(usages), ...more];
  return createAuthority(name, { issuer, extensions, ...variation });
}

/** Authorities are those that bundles of refusal-gateway.ts are made of. */
export interface Authorities {
  readonly root: IssuedCertificate;
  readonly intermediate: IssuedCertificate;
}

export function makeAuthorities(): Authorities {
  const root = createAuthority('root');
  return { root, intermediate: createAuthority('intermediate', { issuer: root }) };
}
