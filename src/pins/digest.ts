/**
 * Owns the text forms of a digest: hexadecimal as tools print it, and base64. Reading is strict: a form that two readers
 * could take for different bytes is refused.
 */
import { bad, good, type Parsed, quote } from '../parsed.js';

/** Digest is the bytes that a text stood for, and the form they were written in. */
export interface Digest {
  readonly bytes: Buffer;
  readonly form: 'hex' | 'base64';
}

const HEX_SHAPE = /^[0-9a-f: \r\n-]+$/i;
const HEX_GROUPS = [2, 4, 8].map(
  (size) =>
    new RegExp(`^[0-9a-f]{${size}}(?:([: -])[0-9a-f]{${size}}(?:\\1[0-9a-f]{${size}})*)?$`, 'i'),
);
const HEX_PLAIN = /^(?:[0-9a-f]{2})+$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]+={0,2}$/;

// A line that was broken by the tool or by the window: its separator stands at the end of the line, or is the space.
function oneLine(text: string): string {
  const space = / [0-9a-f]/i.test(text) ? ' ' : '';
  return text.replaceAll(/([:-]?)[ \r]*\n[ \r]*/g, (_, separator: string) => separator || space);
}

function parseHex(broken: string): Parsed<Digest> {
  const text = oneLine(broken);
  const digits = text.replaceAll(/[: -]/g, '');
  if (!HEX_GROUPS.some((groups) => groups.test(text)) && !HEX_PLAIN.test(text)) {
    return bad(
      `${quote(text)}: ${digits.length} hexadecimal digits, ${text === digits ? 'an odd number' : 'not evenly separated'}`,
      'pairs of digits with the same separator everywhere, or no separator',
    );
  }
  return good({ bytes: Buffer.from(digits, 'hex'), form: 'hex' });
}

function parseBase64(text: string): Parsed<Digest> {
  const bytes = Buffer.from(text, 'base64');
  const bare = text.replace(/=+$/, '');
  const canonical = bytes.toString('base64').replace(/=+$/, '');
  const given = bare.replaceAll('-', '+').replaceAll('_', '/');
  const padded = text.length === bare.length || text.length % 4 === 0;
  if (canonical !== given || !padded) {
    return bad(
      `${quote(text)}: neither hexadecimal nor valid base64`,
      'a fingerprint as it was printed',
    );
  }
  return good({ bytes, form: 'base64' });
}

/**
 * parseDigest reads hexadecimal (plain, or in pairs separated by ':', ' ' or '-') or base64 (either alphabet, with or
 * without padding). What consists of hexadecimal digits alone is never taken for base64.
 */
export function parseDigest(text: string): Parsed<Digest> {
  if (HEX_SHAPE.test(text)) return parseHex(text);
  if (isNearlyHex(text))
    return bad(`${quote(text)}: ${strangeness(text, /[^0-9a-f: -]/iu)}`, 'hexadecimal digits');
  if (BASE64.test(text) || BASE64URL.test(text)) return parseBase64(text);
  return bad(`${quote(text)}: ${strangeness(text)}`, 'hexadecimal digits or base64');
}

// Base64 of these lengths stands for no digest: a letter among the digits was mistyped, such as "O" for "0".
function isNearlyHex(text: string): boolean {
  const { length } = text.replaceAll(/[: -]/g, '');
  const digits = text.replaceAll(/[^0-9a-f]/gi, '').length;
  return (length === 40 || length === 64) && digits >= length - 4;
}

function strangeness(text: string, stranger = /[^A-Za-z0-9+/_=: -]/u): string {
  const strange = stranger.exec(text)?.[0];
  if (strange === undefined) return 'neither hexadecimal nor base64';
  const point = strange.codePointAt(0) ?? 0;
  const code = point.toString(16).toUpperCase().padStart(4, '0');
  return point > 0x7e || point < 0x21
    ? `it holds the invisible or foreign character U+${code}`
    : `it holds the character ${quote(strange)}`;
}

/** colons writes hexadecimal digits as openssl prints them. */
export function colons(digits: string): string {
  return (digits.toUpperCase().match(/../g) ?? []).join(':');
}
