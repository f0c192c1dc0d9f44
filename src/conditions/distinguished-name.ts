/**
 * Owns the one spelling of distinguished names that conditions compare: RFC 4514, most specific attribute first, as the
 * data plane writes it (native/identity/distinguished_name.h). Other spellings are refused with the right one.
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import { attributeType, isObjectIdentifier } from './fields.js';

const EXPECTED =
  'a name as "openssl x509 -nameopt RFC2253" prints it, such as "CN=billing,OU=client.api,O=Acme,C=DE"';

interface Attribute {
  readonly type: string;
  readonly value: string;
  /** What stood before it: it is part of the same RDN where that is "+". */
  readonly behind: ',' | '+';
}

// RFC 4514 section 2.4, as the data plane writes it.
function escapeValue(value: string): string {
  const last = value.length - 1;
  return [...value].reduce<{ text: string; at: number }>(
    ({ text, at }, character) => {
      const special =
        '",+;<>\\'.includes(character) ||
        (character === '#' && at === 0) ||
        (character === ' ' && (at === 0 || at === last));
      return { text: text + (special ? `\\${character}` : character), at: at + character.length };
    },
    { text: '', at: 0 },
  ).text;
}

// A backslash before two hexadecimal digits is an octet of UTF-8, before anything else that character.
function unescapeValue(text: string): string | undefined {
  const bytes: Buffer[] = [];
  for (const piece of text.match(/\\[0-9A-Fa-f]{2}|\\[\s\S]|[^\\]+/g) ?? []) {
    const octet = /^\\([0-9A-Fa-f]{2})$/.exec(piece)?.[1];
    if (octet !== undefined) bytes.push(Buffer.from(octet, 'hex'));
    else bytes.push(Buffer.from(piece.startsWith('\\') ? piece.slice(1) : piece));
  }
  const value = Buffer.concat(bytes).toString('utf8');
  return /[\p{Cc}\ufffd]/u.test(value) ? undefined : value;
}

// What stands before the first "=" is the type; white space around both does not count, but for an escaped one.
function readAttribute(text: string, behind: ',' | '+'): Attribute | undefined {
  const [, name = '', written = ''] = /^\s*([^=\s]+)\s*=\s*((?:\\[\s\S]|[^\\])*)$/.exec(text) ?? [];
  const type = attributeType(name);
  if (type === undefined || isObjectIdentifier(type) || /^[#"]/.test(written)) return undefined;
  const trimmed = /^(?:\\[\s\S]|[^\\])*?(?=\s*$)/.exec(written)?.[0] ?? '';
  const value = unescapeValue(trimmed);
  return value === undefined ? undefined : { type, value, behind };
}

// splitUnescaped cuts a text at the separators before which no backslash stands; those are kept, between the pieces.
function splitUnescaped(text: string, separators: string): readonly string[] {
  const pieces = [''];
  for (const [unit] of text.matchAll(/\\?[\s\S]/g)) {
    if (separators.includes(unit)) pieces.push(unit, '');
    else pieces.push((pieces.pop() ?? '') + unit);
  }
  return pieces;
}

function readAttributes(pieces: readonly string[]): readonly Attribute[] | undefined {
  const attributes = pieces.flatMap((piece, index) => {
    if (index % 2 === 1) return [];
    return [readAttribute(piece, pieces[index - 1] === '+' ? '+' : ',')];
  });
  return attributes.every((attribute) => attribute !== undefined) ? attributes : undefined;
}

function write(attributes: readonly Attribute[]): string {
  return attributes
    .map(({ type, value, behind }, index) => {
      const text = `${type}=${escapeValue(value)}`;
      return index === 0 ? text : `${behind}${text}`;
    })
    .join('');
}

// openssl's own form names the country first, with spaces; HAProxy's ssl_c_s_dn has slashes.
function turnedAround(text: string): string | undefined {
  const pieces = text.startsWith('/')
    ? text.slice(1).split(/(\/)(?=[A-Za-z]+=)/)
    : splitUnescaped(text, ',');
  const unescaped = text.startsWith('/')
    ? pieces.map((piece) => piece.replaceAll(',', '\\,'))
    : pieces;
  const attributes = readAttributes(unescaped);
  return attributes === undefined ? undefined : write([...attributes].reverse());
}

/** checkName takes a name in its one spelling. */
export function checkName(text: string): Parsed<string> {
  const attributes = text === '' ? undefined : readAttributes(splitUnescaped(text, ',+'));
  const own = attributes === undefined ? undefined : write(attributes);
  if (own === text) return good(text);
  const foreign = text.startsWith('/') || /, | = /.test(text);
  const fix = foreign ? turnedAround(text) : own;
  return bad(
    quote(text),
    EXPECTED,
    fix === undefined
      ? 'or name its attributes one by one, such as "subject.OU" or "issuer.2.5.4.97"'
      : `write ${literal(fix)}, if that is its order`,
  );
}
