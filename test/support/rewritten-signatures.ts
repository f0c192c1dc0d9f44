/**
 * Owns what whoever holds a certificate can do to its ECDSA signature without any key: other bytes that a careless reader takes
 * for the same signature.
 */

import { createHash } from 'node:crypto';
import { pem } from '../../src/pins/certificate-file.js';
import type { IssuedCertificate } from './certificates.js';
import { bitString, integer, sequence, TAG, tlv } from './der.js';

/** The order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

interface Element {
  readonly whole: Buffer;
  readonly content: Buffer;
}

function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes.readUInt8(at + 1);
    const octets = first < 0x80 ? 0 : first & 0x7f;
    const begin = at + 2 + octets;
    const end = begin + (octets === 0 ? first : bytes.readUIntBE(at + 2, octets));
    elements.push({ whole: bytes.subarray(at, end), content: bytes.subarray(begin, end) });
    at = end;
  }
  return elements;
}

const only = (bytes: Buffer): Buffer => elementsOf(bytes)[0]?.content ?? Buffer.alloc(0);

function withSignature(
  certificate: IssuedCertificate,
  rewrite: (r: bigint, s: bigint) => Buffer,
): IssuedCertificate {
  const [tbs, algorithm, bits] = elementsOf(only(certificate.der));
  if (tbs === undefined || algorithm === undefined || bits === undefined) throw new TypeError();
  const numbers = elementsOf(only(bits.content.subarray(1)));
  const [r = 0n, s = 0n] = numbers.map(({ content }) => BigInt(`0x${content.toString('hex')}`));
  const der = sequence(tbs.whole, algorithm.whole, bitString(rewrite(r, s)));
  const hash = (name: string) => createHash(name).update(der).digest('hex');
  const prints = { sha256: hash('sha256'), sha1: hash('sha1') };
  return Object.freeze({ ...certificate, der, pem: pem('CERTIFICATE', der), ...prints });
}

/** twinOf has the signature (r, n - s), which verifies as (r, s) does. The authority's key must be on P-256. */
export function twinOf(certificate: IssuedCertificate): IssuedCertificate {
  return withSignature(certificate, (r, s) => sequence(integer(r), integer(ORDER - s)));
}

/** paddedOf has zeros in front of r and s, which is no DER. */
export function paddedOf(certificate: IssuedCertificate): IssuedCertificate {
  const padded = (value: bigint): Buffer => {
    const digits = value.toString(16).padStart(66 + 2, '0');
    return tlv(TAG.integer, Buffer.from(digits, 'hex'));
  };
  return withSignature(certificate, (r, s) => sequence(padded(r), padded(s)));
}
