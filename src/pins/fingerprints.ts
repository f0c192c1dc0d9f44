/**
 * Owns the fingerprints of a certificate, over the very bytes that were given: nothing is decoded and encoded again.
 */
import { createHash, type X509Certificate } from 'node:crypto';

/** Fingerprints are lower-case hexadecimal digits. */
export interface Fingerprints {
  readonly sha256: string;
  readonly sha1: string;
  readonly spkiSha256: string;
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

const VERSION_TAG = 0xa0;
// serialNumber, signature, issuer, validity, subject (RFC 5280 section 4.1).
const FIELDS_BEFORE_KEY = 5;

// The bytes were accepted by X509Certificate before, so that lengths are sound; reads past the end still throw.
function elementAt(der: Buffer, start: number): Element {
  const first = der.readUInt8(start + 1);
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const length = octets === 0 ? first : der.readUIntBE(start + 2, octets);
  const content = start + 2 + octets;
  return { tag: der.readUInt8(start), start, content, end: content + length };
}

/** subjectPublicKeyInfo cuts the SubjectPublicKeyInfo out of a DER certificate. */
export function subjectPublicKeyInfo(der: Buffer): Buffer {
  const toBeSigned = elementAt(der, elementAt(der, 0).content);
  let field = elementAt(der, toBeSigned.content);
  const before = field.tag === VERSION_TAG ? FIELDS_BEFORE_KEY + 1 : FIELDS_BEFORE_KEY;
  for (let i = 0; i < before; i++) field = elementAt(der, field.end);
  return der.subarray(field.start, field.end);
}

const hex = (algorithm: string, data: Buffer): string =>
  createHash(algorithm).update(data).digest('hex');

/** fingerprintsOf computes all of a certificate's fingerprints. */
export function fingerprintsOf(certificate: X509Certificate): Fingerprints {
  const { raw } = certificate;
  return Object.freeze({
    sha256: hex('sha256', raw),
    sha1: hex('sha1', raw),
    spkiSha256: hex('sha256', subjectPublicKeyInfo(raw)),
  });
}
