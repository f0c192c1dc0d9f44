/**
 * Owns the forms of fingerprints that are no pins, each by its name, and what to write in place of one. Pure.
 */
import { literal } from '../parsed.js';

const FOREIGN: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^md5\b/i, what: 'an MD5 fingerprint' },
  { pattern: /^sha-?(?:2-)?(?:224|384|512)\b/i, what: 'a fingerprint of another kind' },
  { pattern: /^sha-?1\//i, what: 'the SHA-1 of a public key' },
  { pattern: /^-----BEGIN/, what: 'a PEM block' },
  { pattern: /\u2026|\.\.\./u, what: 'a shortened fingerprint' },
  { pattern: /^[0-3] [01] [0-2] [0-9a-f]/i, what: 'a TLSA record (RFC 6698)' },
  { pattern: /^1220[0-9a-f]{64}$/i, what: 'a multihash, whose digest begins after "1220"' },
  { pattern: /^ni:/i, what: 'a URI of RFC 6920, which does not say what was hashed' },
  { pattern: /^(?:arn|urn):/i, what: 'a URI with a fingerprint in it' },
  { pattern: /^h'/, what: 'a byte string of CBOR' },
  { pattern: /^(?:pin-sha256=.*);/i, what: 'a whole header field' },
  {
    pattern:
      /^(?:hash\s*:|sha-?(?:1|256|2-256)\(.*\)\s*=|(?:[0-9a-f]{40}|[0-9a-f]{64})[ \t]+\*?[^ \t])/i,
    what: 'the digest of a file, which is that of the certificate only where the file is in DER form',
  },
];

/** foreignForm names the form of a text that is no pin; undefined for one that may be. */
export function foreignForm(text: string): string | undefined {
  return FOREIGN.find(({ pattern }) => pattern.test(text))?.what;
}

/** twoForms says how to write a digest in base64, for either thing that may have been hashed. */
export function twoForms(base64: string): string {
  return `write ${literal(`sha256:${base64}`)} if it is the fingerprint of the certificate, ${literal(`sha256/${base64}`)} if it is that of the public key`;
}

// RFC 6698 sections 2.1.2 and 2.1.3: which part was hashed, and that it was by SHA-256.
function ofTlsa(text: string): string | undefined {
  const [, selector, digits] = /^[0-3] ([01]) 1 ([0-9a-f]{64})$/i.exec(text) ?? [];
  return digits === undefined ? undefined : `${selector === '1' ? 'spki' : 'sha256'}:${digits}`;
}

function ofNi(text: string): string | undefined {
  const base64 = /^ni:\/\/[^/]*\/sha-256;([A-Za-z0-9_-]{43})(?:\?|$)/i.exec(text)?.[1];
  return base64 === undefined ? undefined : twoForms(base64);
}

// Digits of the length of a SHA-256 that stand by themselves.
const WHOLE = /(?<![0-9a-f])(?:1220)?([0-9a-f]{64})(?![0-9a-f])/gi;

/** foreignFix says what to write in place of a foreign form; undefined where its digits are not in it. */
export function foreignFix(text: string): string | undefined {
  const tlsa = ofTlsa(text);
  if (tlsa !== undefined) return `write ${literal(tlsa)}`;
  const header = /^(pin-sha256="?[A-Za-z0-9+/]{43}=)"?;[^,]*$/i.exec(text)?.[1];
  if (header !== undefined) return `write ${literal(header.replace('"', ''))}`;
  const [one, ...more] = [...text.matchAll(WHOLE)].map(([, digits]) => digits);
  if (one === undefined || more.length > 0) return ofNi(text);
  return `if that is the fingerprint of the certificate, write ${literal(`sha256:${one}`)}`;
}

function decoded(text: string): string {
  return text.replaceAll(/%([0-7][0-9a-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/**
 * plainText returns a text without what word processors and dialogues put into it: invisible and wide
 * characters, quotes, and space upon space.
 */
export function plainText(text: string): string {
  return decoded(text)
    .normalize('NFKC')
    .replaceAll(/\p{Cf}|[\u2018-\u201f\u00ab\u00bb]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
