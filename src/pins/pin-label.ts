/**
 * Owns what tools write around the digits of a fingerprint: a label before it, quotation marks, a file's name behind it.
 * Pure.
 */
import type { PinKind } from './pin.js';

/** Labelled is a text without its label, and what that label says of it. */
export interface Labelled {
  readonly digits: string;
  /** Undefined where the label leaves it to the length of the digits. */
  readonly kind?: PinKind;
  /** The tool prints the digits in hexadecimal, and only so. */
  readonly hexOnly?: boolean;
  /** The label says that a certificate was hashed, not by which algorithm. */
  readonly named?: boolean;
  /** The label does not say what was hashed: it may as well have been a public key. */
  readonly orKey?: boolean;
}

type Label = Omit<Labelled, 'digits'> & { readonly pattern: RegExp };

/** DER_FILE are the names of files whose own digest is that of the certificate: of a PEM file it never is. */
const DER_FILE = '(?:-|stdin|[^()]*\\.(?:der|cer))';

// `name` is a regular expression for the algorithm, `longName` one for what openssl dgst calls it.
const ofAlgorithm = (name: string, longName: string, kind: PinKind): readonly Label[] => [
  // openssl x509 -fingerprint; browsers
  { pattern: new RegExp(`^${name}\\s+fingerprint(?:\\s*[:=]\\s*|\\s+)`, 'i'), kind, hexOnly: true },
  // certutil of Windows; keytool -list
  {
    pattern: new RegExp(`^cert(?:\\s+hash|ificate\\s+fingerprint)\\s*\\(${name}\\)\\s*:\\s*`, 'i'),
    kind,
    hexOnly: true,
  },
  // openssl dgst
  {
    pattern: new RegExp(`^${longName}\\(${DER_FILE}\\)\\s*=\\s*`, 'i'),
    kind,
    hexOnly: true,
    orKey: true,
  },
  // ghostunnel, ssh-keygen, keytool, certtool
  { pattern: new RegExp(`^${name}\\s*[:=]\\s*`, 'i'), kind },
  // RFC 8122 section 5
  { pattern: new RegExp(`^(?:a=fingerprint:)?${name}\\s+`, 'i'), kind, hexOnly: true },
];

// Tried in this order. "sha256/" and "sha256//" are the forms of HPKP and curl, which hash the public key; "sha256:" is
// that of ghostunnel and ssh-keygen, which hash the whole.
const LABELS: readonly Label[] = [
  { pattern: /^sha-?256\/\/?/i, kind: 'spki-sha256' },
  // RFC 7469 section 2.1.1; certtool of GnuTLS
  { pattern: /^pin-sha-?256\s*[:=]\s*/i, kind: 'spki-sha256' },
  // RFC 7515 sections 4.1.7 and 4.1.8
  { pattern: /^x5t#s256\s*[:=]\s*/i, kind: 'sha256' },
  { pattern: /^x5t\s*[:=]\s*/i, kind: 'sha1' },
  ...ofAlgorithm('sha-?256', 'sha(?:2-?)?-?256', 'sha256'),
  ...ofAlgorithm('sha-?1', 'sha-?1', 'sha1'),
  // x-forwarded-client-cert of Envoy
  { pattern: /^hash\s*=\s*/i, kind: 'sha256', hexOnly: true },
  // PowerShell and Azure; Zato
  { pattern: /^(?:fingerprint|thumbprint)\s*[:=]\s*/i, hexOnly: true, named: true },
  { pattern: /^\(stdin\)\s*=\s*/i, hexOnly: true, orKey: true },
  { pattern: /^0x(?=[0-9a-f]+$)/i, hexOnly: true, orKey: true },
];

// sha256sum, sha1sum and openssl dgst -r
const SUM = new RegExp(`^((?:[0-9a-f]{40}|[0-9a-f]{64}))[ \\t]+\\*?${DER_FILE}$`, 'i');

/** withoutQuotes takes the quotation marks off a text that stands between them, also behind a label or a JSON key. */
export function withoutQuotes(text: string): string {
  return text
    .replace(/^"([^"]*)"$/, '$1')
    .replace(/^("?)([^":=]+)\1(\s*[:=]\s*)"([^"]*)"$/, '$2$3$4');
}

/** withoutLabel takes off a text what a tool wrote around the digits; one without a label is returned as it is. */
export function withoutLabel(text: string): Labelled {
  const sum = SUM.exec(text)?.[1];
  if (sum !== undefined) return { digits: sum, hexOnly: true, orKey: true };
  const label = LABELS.find(({ pattern }) => pattern.test(text));
  if (label === undefined) return { digits: text };
  const { pattern, ...rest } = label;
  return { ...rest, digits: text.replace(pattern, '') };
}
