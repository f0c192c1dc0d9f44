/**
 * Owns test keys and the signing of to-be-signed bytes (RFC 5280 section 4.1.1). Keys are generated, never stored.
 */
import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  bitString,
  contextConstructed,
  integer,
  nullValue,
  objectIdentifier,
  sequence,
} from './der.js';

export type KeyType =
  | 'p256'
  | 'p384'
  | 'p521'
  | 'rsa1024'
  | 'rsa2048'
  | 'rsa3072'
  // Verified with the crypto provider "host" alone.
  | 'ed25519'
  // RSASSA-PSS: a key for any of its algorithms, for SHA-256 alone, and for SHA-1 alone.
  | 'pss2048'
  | 'pss2048-sha256'
  | 'pss2048-sha1'
  // No certificate is verified with these.
  | 'ed448'
  | 'secp256k1';

export interface KeyPair {
  readonly type: KeyType;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const RSASSA_PSS = '1.2.840.113549.1.1.10';

interface SignatureRow {
  readonly oid: string;
  readonly digest: string | null;
  /** Whether the parameters are NULL. */
  readonly rsa: boolean;
  /** Of RSASSA-PSS, in bytes. */
  readonly salt?: number;
  /** What the parameters say of MGF1; left out: the digest. */
  readonly mask?: string;
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
  // Their own hash is part of them (RFC 8410); no certificate is verified with the second.
  ed25519: { oid: '1.3.101.112', digest: null, rsa: false },
  ed448: { oid: '1.3.101.113', digest: null, rsa: false },
  'pss-sha256': { oid: RSASSA_PSS, digest: 'sha256', rsa: false, salt: 32 },
  'pss-sha384': { oid: RSASSA_PSS, digest: 'sha384', rsa: false, salt: 48 },
  'pss-sha512': { oid: RSASSA_PSS, digest: 'sha512', rsa: false, salt: 64 },
  'pss-long-salt': { oid: RSASSA_PSS, digest: 'sha256', rsa: false, salt: 48 },
  'pss-short-salt': { oid: RSASSA_PSS, digest: 'sha256', rsa: false, salt: 20 },
  'pss-other-mask': { oid: RSASSA_PSS, digest: 'sha256', rsa: false, salt: 32, mask: 'sha384' },
  'pss-sha1': { oid: RSASSA_PSS, digest: 'sha1', rsa: false, salt: 20 },
} as const satisfies Readonly<Record<string, SignatureRow>>;

export type SignatureAlgorithm = keyof typeof SIGNATURES;

const CURVES = { p256: 'P-256', p384: 'P-384', p521: 'P-521' } as const;

/** generateKey makes a new key pair. RSA takes a good part of a second: share such keys within a test file. */
export function generateKey(type: KeyType = 'p256'): KeyPair {
  return Object.freeze({ type, ...makePair(type) });
}

function makePair(type: KeyType) {
  const modulusLength = Number(type.slice(3, 7));
  if (type.startsWith('rsa')) return generateKeyPairSync('rsa', { modulusLength });
  if (type.startsWith('pss')) return makePssPair(modulusLength, type.split('-')[1]);
  if (type === 'ed25519') return generateKeyPairSync(type);
  if (type === 'ed448') return generateKeyPairSync(type);
  const curves: Readonly<Record<string, string>> = { ...CURVES, secp256k1: type };
  return generateKeyPairSync('ec', { namedCurve: curves[type] ?? 'P-256' });
}

function makePssPair(modulusLength: number, hashAlgorithm: string | undefined) {
  const only = hashAlgorithm === undefined ? {} : { hashAlgorithm };
  return generateKeyPairSync('rsa-pss', { modulusLength, ...only });
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
  if (key.type === 'ed25519' || key.type === 'ed448') return key.type;
  if (key.type.startsWith('pss')) return key.type.endsWith('sha1') ? 'pss-sha1' : 'pss-sha256';
  if (key.type === 'p521') return 'ecdsa-sha512';
  return key.type === 'p384' ? 'ecdsa-sha384' : 'ecdsa-sha256';
}

const HASH_OIDS: Readonly<Record<string, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

const hashIdentifier = (name: string): Buffer =>
  sequence(objectIdentifier(HASH_OIDS[name] ?? ''), nullValue());

// RSASSA-PSS-params (RFC 4055 section 3.1).
function pssParameters(digest: string, mask: string, salt: number): Buffer {
  const mgf1 = sequence(objectIdentifier('1.2.840.113549.1.1.8'), hashIdentifier(mask));
  return sequence(
    contextConstructed(0, hashIdentifier(digest)),
    contextConstructed(1, mgf1),
    contextConstructed(2, integer(salt)),
  );
}

/** algorithmIdentifier is the DER AlgorithmIdentifier: with NULL for RSA (RFC 4055), without for ECDSA (RFC 5758). */
export function algorithmIdentifier(algorithm: SignatureAlgorithm): Buffer {
  const { oid, rsa, digest, salt, mask }: SignatureRow = SIGNATURES[algorithm];
  if (digest !== null && salt !== undefined) {
    return sequence(objectIdentifier(oid), pssParameters(digest, mask ?? digest, salt));
  }
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
  const { digest, salt }: SignatureRow = SIGNATURES[options.algorithm];
  const { privateKey: key } = options.key;
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const signature = sign(
    digest,
    tbs,
    salt === undefined ? key : { key, padding, saltLength: salt },
  );
  if (options.spoil === true) {
    const last = signature.length - 1;
    signature.writeUInt8(signature.readUInt8(last) ^ 0x01, last);
  }
  return sequence(tbs, algorithmIdentifier(options.algorithm), bitString(signature));
}
