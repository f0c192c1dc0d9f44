/**
 * Owns the syntax of pins: every form that people paste from openssl, curl, ssh-keygen, browsers and other gateways, as one
 * Pin. A form with two readings is refused: a pin that is silently the wrong kind would lock its owner out.
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import { type Digest, parseDigest } from './digest.js';
import { foreignFix, foreignForm, plainText, twoForms } from './foreign-form.js';
import { PIN_BYTES, PIN_WORDS, type Pin, type PinKind } from './pin.js';
import { type Labelled, withoutLabel, withoutQuotes } from './pin-label.js';

/** PIN_EXPECTED says what a pin looks like, for error reports. */
export const PIN_EXPECTED =
  'a fingerprint such as "sha256:9F:86:…" (certificate), "sha256/RFWj…=" (public key) or "SHA1 Fingerprint=E3:25:…"';

const HOW_TO_PRINT = 'print every form of it with: pinlatch pin CERT';

const SPKI_PREFIX = /^spki(?:-sha-?256)?\s*[:=]\s*/i;

// The digests of no bytes at all: what a shell pipeline prints when the command before it failed.
const EMPTY: ReadonlySet<string> = new Set([
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
]);

/**
 * parsePin reads a pin. `as` is the kind that an object form names ({ "spki": … }); a label that contradicts it is a
 * problem. White space and quotation marks around the text do not count.
 */
export function parsePin(text: string, as?: PinKind): Parsed<Pin> {
  const trimmed = text.trim();
  if (trimmed === '') return bad(quote(text), PIN_EXPECTED, HOW_TO_PRINT);
  const pin = readPin(withoutQuotes(trimmed), as);
  const plain = pin.ok ? trimmed : plainText(trimmed);
  if (pin.ok || plain === trimmed || !readPin(plain, as).ok) return pin;
  return bad(pin.problem.found, pin.problem.expected, `write ${literal(plain)}`);
}

function readPin(text: string, as: PinKind | undefined): Parsed<Pin> {
  const label = withoutLabel(text);
  const foreign = foreignForm(text);
  const isKnown = foreign === undefined || label.digits !== text;
  const pin = SPKI_PREFIX.test(text) ? readLabelledSpki(text, as) : readLabelled(text, label, as);
  if (foreign === undefined || (pin.ok && isKnown)) return pin;
  return bad(`${quote(text)}: ${foreign}`, PIN_EXPECTED, foreignFix(text) ?? HOW_TO_PRINT);
}

function readLabelledSpki(text: string, as: PinKind | undefined): Parsed<Pin> {
  if (as !== undefined && as !== 'spki-sha256') return contradiction(text, 'spki-sha256', as);
  return readLabelled(text, withoutLabel(text.replace(SPKI_PREFIX, '')), 'spki-sha256');
}

function readLabelled(whole: string, label: Labelled, as: PinKind | undefined): Parsed<Pin> {
  const other = contradicted(label, as);
  if (other !== undefined && as !== undefined) return contradiction(whole, other, as);
  const digest = parseDigest(label.digits);
  if (!digest.ok) return bad(digest.problem.found, digest.problem.expected, HOW_TO_PRINT);
  if (label.hexOnly === true && digest.value.form !== 'hex') {
    return bad(`${quote(whole)}: base64`, 'hexadecimal digits after this label', HOW_TO_PRINT);
  }
  const kind = as ?? label.kind;
  return kind === undefined
    ? withoutKind(whole, digest.value)
    : withKind(whole, digest.value, kind);
}

// What a label says of the digits, where `as` says something else.
function contradicted(
  { kind, named, orKey }: Labelled,
  as: PinKind | undefined,
): PinKind | undefined {
  if (as === undefined || kind === as) return undefined;
  if (as === 'spki-sha256' && orKey === true) return kind === 'sha1' ? kind : undefined;
  return kind ?? (as === 'spki-sha256' && named === true ? 'sha256' : undefined);
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

// Without a label the length of hexadecimal digits decides. In base64, some tools print the fingerprint of the certificate
// (x5t#S256), others that of its public key (HPKP, curl).
function withoutKind(text: string, digest: Digest): Parsed<Pin> {
  if (digest.bytes.length === PIN_BYTES.sha256) {
    if (digest.form === 'hex') return withKind(text, digest, 'sha256');
    return bad(
      `${quote(text)}: 32 bytes in base64, which do not say what was hashed`,
      PIN_EXPECTED,
      twoForms(text),
    );
  }
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
  return bad(found, '40 or 64 hexadecimal digits', HOW_TO_PRINT);
}

// What digests of other lengths are.
const OTHER_DIGESTS: Readonly<Record<number, string>> = Object.freeze({
  32: ', as of MD5',
  96: ', as of SHA-384',
  128: ', as of SHA-512',
});

function size({ bytes, form }: Digest): string {
  if (form === 'base64') return `${bytes.length} bytes in base64`;
  const digits = bytes.length * 2;
  return `${digits} hexadecimal digits${OTHER_DIGESTS[digits] ?? ''}`;
}
