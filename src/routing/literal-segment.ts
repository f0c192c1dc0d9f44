/**
 * Owns the rules for one literal segment of a path pattern: canonical by RFC 3986 section 6.2.2, and nothing that the
 * data plane refuses in a request path.
 */
import { quote } from '../parsed.js';

/** LiteralProblem is why a segment is refused; `instead` replaces it and the `dropsBefore` segments to its left. */
export interface LiteralProblem {
  readonly what: string;
  readonly expected: string;
  readonly instead?: { readonly segments: readonly string[]; readonly dropsBefore: number };
}

const ENCODING = /%([0-9A-Fa-f]{2})/g;
const UNRESERVED = /[A-Za-z0-9._~-]/;
const NOT_PATH = /[^A-Za-z0-9._~!$&'()*+,;=:@%-]/gu;
const REFUSED_BYTES = /%(?:[01][0-9A-F]|7F|2F|5C)/i;

// Servers differ in whether "/admin;x" is "/admin", and some decode "%3B" before they look: a request with either is
// refused, the encoded form where it follows an empty or dot segment.
function checkDots(name: string): LiteralProblem | undefined {
  const what = `the segment ${quote(name)}`;
  if (name.includes(';')) return { what, expected: 'no path parameters (";")' };
  const [bare = ''] = name.split('%3B');
  if (!['', '.', '..'].includes(bare)) return undefined;
  if (bare !== name) return { what, expected: 'no path parameters ("%3B")' };
  const instead = { segments: [], dropsBefore: bare === '..' ? 1 : 0 };
  return {
    what: `${what}, which is resolved before routes are matched`,
    expected: 'no dot segments',
    instead,
  };
}

function checkWildcards(name: string): LiteralProblem | undefined {
  if (name.includes('*')) {
    return { what: 'a "*" that is not the last segment', expected: '"/*" at the end, or nowhere' };
  }
  if (!/[{}]/.test(name)) return undefined;
  const what = `the segment ${quote(name)} is no parameter`;
  return { what, expected: 'a parameter that is a whole segment, such as "{id}"' };
}

function canonicalEncoding(name: string): string {
  return name.replaceAll(ENCODING, (encoded: string, digits: string) => {
    const byte = String.fromCharCode(Number.parseInt(digits, 16));
    return UNRESERVED.test(byte) ? byte : encoded.toUpperCase();
  });
}

function isUtf8(name: string): boolean {
  try {
    decodeURIComponent(name);
    return true;
  } catch {
    return false;
  }
}

function checkEncoding(name: string): LiteralProblem | undefined {
  const one = (segment: string) => ({ segments: [segment], dropsBefore: 0 });
  if (/%(?![0-9A-Fa-f]{2})/.test(name)) {
    const instead = one(name.replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25'));
    return { what: 'a "%" without two hexadecimal digits', expected: '"%25" for it', instead };
  }
  const refused = REFUSED_BYTES.exec(name)?.[0];
  if (refused !== undefined) {
    const what = `"${refused}", which is refused in every request`;
    return { what, expected: 'no encoded slash, backslash or control character' };
  }
  const canonical = canonicalEncoding(name);
  if (canonical !== name) {
    const expected = 'the canonical percent-encoding';
    return { what: 'a percent-encoding that is not canonical', expected, instead: one(canonical) };
  }
  if (isUtf8(name)) return undefined;
  return { what: 'percent-encoded bytes that are not UTF-8', expected: 'percent-encoded UTF-8' };
}

function checkCharacters(name: string): LiteralProblem | undefined {
  const strange = name.match(NOT_PATH)?.[0];
  if (strange === undefined) return undefined;
  const what = `the character ${quote(strange)}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f\\]/.test(name) || /\p{Cs}/u.test(name)) {
    return { what, expected: 'no backslash, no control character' };
  }
  const encoded = canonicalEncoding(name.replaceAll(NOT_PATH, encodeURIComponent));
  return { what, expected: 'percent-encoded', instead: { segments: [encoded], dropsBefore: 0 } };
}

/** checkLiteral returns what is wrong with a literal segment, or undefined. */
export function checkLiteral(name: string): LiteralProblem | undefined {
  return checkWildcards(name) ?? checkCharacters(name) ?? checkEncoding(name) ?? checkDots(name);
}
