/**
 * Owns the syntax of pins: every form that people paste from openssl, curl, ssh-keygen, browsers and other gateways, as one
 * Pin. A form with two readings is refused: a pin that is silently the wrong kind would lock its owner out.
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import { type Digest, digitCount, parseDigest } from './digest.js';
import { PIN_BYTES, PIN_WORDS, type Pin, type PinKind } from './pin.js';

/** PIN_EXPECTED says what a pin looks like, for error reports. */
export const PIN_EXPECTED =
  'a fingerprint such as "sha256:9F:86:…" (certificate), "sha256/RFWj…=" (public key) or "SHA1 Fingerprint=E3:25:…"';

const HOW_TO_PRINT = 'print every form of it with: pinlatch pin CERT';

interface Prefix {
  readonly pattern: RegExp;
  readonly kind: PinKind;
  readonly hexOnly?: boolean;
}

// Tried in this order. "sha256/" and "sha256//" are the forms of HPKP and curl, which hash the public key; "sha256:" is
// that of ghostunnel and ssh-keygen, which hash the whole.
const PREFIXES: readonly Prefix[] = [
  { pattern: /^sha-?256\s+fingerprint\s*=\s*/i, kind: 'sha256', hexOnly: true },
  { pattern: /^sha-?1\s+fingerprint\s*=\s*/i, kind: 'sha1', hexOnly: true },
  { pattern: /^sha-?256\/\/?/i, kind: 'spki-sha256' },
  { pattern: /^sha-?256\s*[:=]\s*/i, kind: 'sha256' },
  { pattern: /^sha-?1\s*[:=]\s*/i, kind: 'sha1' },
];

// The header of RFC 7469: pin-sha256="…".
const HPKP = /^pin-sha256\s*=\s*"([^"]*)"$/i;

const SPKI_PREFIX = /^spki(?:-sha-?256)?\s*[:=]\s*/i;

const REFUSED: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^md5\b/i, what: 'an MD5 fingerprint' },
  { pattern: /^sha-?(?:224|384|512)\b/i, what: 'a fingerprint of another kind' },
  { pattern: /^sha-?1\//i, what: 'the SHA-1 of a public key' },
  { pattern: /^-----BEGIN/, what: 'a PEM block' },
];

// The digests of no bytes at all: what a shell pipeline prints when the command before it failed.
const EMPTY: ReadonlySet<string> = new Set([
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
]);

/**
 * parsePin reads a pin. `as` is the kind that an object form names ({ "spki": … }); a prefix that contradicts it is a
 * problem. White space around the text does not count.
 */
export function parsePin(text: string, as?: PinKind): Parsed<Pin> {
  const trimmed = text.trim().replace(HPKP, 'sha256/$1');
  if (trimmed === '') return bad(quote(text), PIN_EXPECTED, HOW_TO_PRINT);
  const refused = REFUSED.find(({ pattern }) => pattern.test(trimmed));
  if (refused !== undefined) {
    return bad(`${quote(trimmed)}: ${refused.what}`, PIN_EXPECTED, HOW_TO_PRINT);
  }
  return SPKI_PREFIX.test(trimmed)
    ? parseLabelledSpki(trimmed, as)
    : parsePrefixed(trimmed, trimmed, as);
}

function parseLabelledSpki(text: string, as: PinKind | undefined): Parsed<Pin> {
  if (as !== undefined && as !== 'spki-sha256') return contradiction(text, 'spki-sha256', as);
  return parsePrefixed(text, text.replace(SPKI_PREFIX, ''), 'spki-sha256');
}

function parsePrefixed(whole: string, text: string, as: PinKind | undefined): Parsed<Pin> {
  const prefix = PREFIXES.find(({ pattern }) => pattern.test(text));
  if (prefix !== undefined && as !== undefined && prefix.kind !== as) {
    return contradiction(whole, prefix.kind, as);
  }
  const kind = prefix?.kind ?? as;
  const digest = parseDigest(prefix === undefined ? text : text.replace(prefix.pattern, ''));
  if (!digest.ok) return bad(digest.problem.found, digest.problem.expected, HOW_TO_PRINT);
  if (prefix?.hexOnly === true && digest.value.form !== 'hex') {
    return bad(`${quote(whole)}: base64`, 'hexadecimal digits after "Fingerprint="');
  }
  return kind === undefined
    ? withoutKind(whole, digest.value)
    : withKind(whole, digest.value, kind);
}

function contradiction(text: string, written: PinKind, as: PinKind): Parsed<never> {
  return bad(
    `${quote(text)}: this form is ${PIN_WORDS[written]}`,
    PIN_WORDS[as],
    as === 'spki-sha256'
      ? 'write the digest of the public key as "sha256/<base64>" or as plain hexadecimal digits'
      : `use the key "${written === 'spki-sha256' ? 'spki' : written}" for it`,
  );
}

function withKind(text: string, digest: Digest, kind: PinKind): Parsed<Pin> {
  if (digest.bytes.length !== PIN_BYTES[kind]) {
    const wanted = `${PIN_BYTES[kind] * 2} hexadecimal digits, or ${PIN_BYTES[kind]} bytes in base64`;
    return bad(`${quote(text)}: ${size(digest)}`, `${PIN_WORDS[kind]}: ${wanted}`, HOW_TO_PRINT);
  }
  const value = digest.bytes.toString('hex');
  if (EMPTY.has(value)) {
    return bad(`${quote(text)}: the digest of empty input`, PIN_WORDS[kind], HOW_TO_PRINT);
  }
  return good(Object.freeze({ kind, value }));
}

// Without a prefix the length decides, and base64 has to be a SHA-256: twenty bytes of it have no customary meaning.
function withoutKind(text: string, digest: Digest): Parsed<Pin> {
  if (digest.bytes.length === PIN_BYTES.sha256) return withKind(text, digest, 'sha256');
  if (digest.bytes.length === PIN_BYTES.sha1 && digest.form === 'hex') {
    return withKind(text, digest, 'sha1');
  }
  const found = `${quote(text)}: ${size(digest)}`;
  if (digest.bytes.length === PIN_BYTES.sha1) {
    return bad(
      found,
      PIN_EXPECTED,
      `if it is a SHA-1 fingerprint, write ${literal(`sha1:${text}`)}`,
    );
  }
  return bad(found, '40 or 64 hexadecimal digits, or 32 bytes in base64', HOW_TO_PRINT);
}

function size({ bytes, form }: Digest): string {
  if (form === 'base64') return `${bytes.length} bytes in base64`;
  const digits = digitCount(bytes.toString('hex'));
  return digits === 32 ? '32 hexadecimal digits, as of MD5' : `${digits} hexadecimal digits`;
}
