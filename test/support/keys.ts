/**
 * Owns test keys and the signing of to-be-signed bytes (RFC 5280 section 4.1.1). Keys are generated, never stored.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bitString, nullValue, objectIdentifier, sequence } from './der.js';

export type KeyType =
  | 'p256'
  | 'p384'
  | 'p521'
  | 'rsa1024'
  | 'rsa2048'
  | 'rsa3072'
  // No certificate is verified with these.
  | 'ed25519'
  | 'secp256k1'
  | 'pss2048';

export interface KeyPair {
  readonly type: KeyType;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const SIGNATURES = {
  'ecdsa-sha1': { oid: '1.2.840.10045.4.1', digest: 'sha1', rsa: false },
  'ecdsa-sha256': { oid: '1.2.840.10045.4.3.2', digest: 'sha256', rsa: false },
  'ecdsa-sha384': { oid: '1.2.840.10045.4.3.3', digest: 'sha384', rsa: false },
  'ecdsa-sha512': { oid: '1.2.840.10045.4.3.4', digest: 'sha512', rsa: false },
  'rsa-sha256': { oid: '1.2.840.113549.1.1.11', digest: 'sha256', rsa: true },
  'rsa-sha384': { oid: '1.2.840.113549.1.1.12', digest: 'sha384', rsa: true },
  'rsa-sha1': { oid: '1.2.840.113549.1.1.5', digest: 'sha1', rsa: true },
  'rsa-md5': { oid: '1.2.840.113549.1.1.4', digest: 'md5', rsa: true },
  // Its own hash is part of it (RFC 8410); no certificate is verified with it.
  ed25519: { oid: '1.3.101.112', digest: null, rsa: false },
} as const;

export type SignatureAlgorithm = keyof typeof SIGNATURES;

const CURVES = { p256: 'P-256', p384: 'P-384', p521: 'P-521' } as const;

/** generateKey makes a new key pair. RSA takes a good part of a second: share such keys within a test file. */
export function generateKey(type: KeyType = 'p256'): KeyPair {
  return Object.freeze({ type, ...makePair(type) });
}

function makePair(type: KeyType) {
  const modulusLength = Number(type.slice(3));
  if (type.startsWith('rsa')) return generateKeyPairSync('rsa', { modulusLength });
  if (type.startsWith('pss')) return generateKeyPairSync('rsa-pss', { modulusLength });
  if (type === 'ed25519') return generateKeyPairSync(type);
  const curves: Readonly<Record<string, string>> = { ...CURVES, secp256k1: type };
  return generateKeyPairSync('ec', { namedCurve: curves[type] ?? 'P-256' });
}

/** privateKeyPem returns the PKCS #8 text of a private key. */
export function privateKeyPem(key: KeyPair): string {
  return key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** publicKeyInfo returns the DER SubjectPublicKeyInfo. */
export function publicKeyInfo(key: KeyPair): Buffer {
  return key.publicKey.export({ type: 'spki', format: 'der' });
}

/** keyIdentifier is method 1 of RFC 5280 section 4.2.1.2: SHA-1 of the public key bits without tag and length. */
export function keyIdentifier(key: KeyPair): Buffer {
  const spki = publicKeyInfo(key);
  return createHash('sha1').update(subjectPublicKeyBits(spki)).digest();
}

// The SubjectPublicKeyInfo is SEQUENCE { SEQUENCE algorithm, BIT STRING bits }; the first octet of the bits counts the
// unused ones.
function subjectPublicKeyBits(spki: Buffer): Buffer {
  const outer = elementAt(spki, 0);
  const algorithm = elementAt(spki, outer.start);
  const bits = elementAt(spki, algorithm.end);
  return spki.subarray(bits.start + 1, bits.end);
}

function elementAt(der: Buffer, offset: number): { readonly start: number; readonly end: number } {
  const first = der.readUInt8(offset + 1);
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const length = octets === 0 ? first : der.readUIntBE(offset + 2, octets);
  const start = offset + 2 + octets;
  return { start, end: start + length };
}

/** defaultSignature is what this kind of key usually signs with. */
export function defaultSignature(key: KeyPair): SignatureAlgorithm {
  if (key.type.startsWith('rsa')) {
    return 'rsa-sha256';
  }
  if (key.type === 'ed25519') return 'ed25519';
  if (key.type === 'p521') return 'ecdsa-sha512';
  return key.type === 'p384' ? 'ecdsa-sha384' : 'ecdsa-sha256';
}

/** algorithmIdentifier is the DER AlgorithmIdentifier: with NULL for RSA (RFC 4055), without for ECDSA (RFC 5758). */
export function algorithmIdentifier(algorithm: SignatureAlgorithm): Buffer {
  const { oid, rsa } = SIGNATURES[algorithm];
  return rsa ? sequence(objectIdentifier(oid), nullValue()) : sequence(objectIdentifier(oid));
}

export interface SignOptions {
  readonly key: KeyPair;
  readonly algorithm: SignatureAlgorithm;
  /** One bit of the signature is flipped, so that the encoding stays sound and only the verification fails. */
  readonly spoil?: boolean;
}

/** signed returns SEQUENCE { tbs, algorithm, signature }, the shape that certificates and revocation lists share. */
export function signed(tbs: Buffer, options: SignOptions): Buffer {
  const { digest } = SIGNATURES[options.algorithm];
  const signature = sign(digest, tbs, options.key.privateKey);
  if (options.spoil === true) {
    const last = signature.length - 1;
    signature.writeUInt8(signature.readUInt8(last) ^ 0x01, last);
  }
  return sequence(tbs, algorithmIdentifier(options.algorithm), bitString(signature));
}
