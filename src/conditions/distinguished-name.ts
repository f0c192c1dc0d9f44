/**
 * Owns the two spellings of distinguished names that conditions take: as openssl prints it (native/identity/openssl_name.h),
 * and as the log has it, with letters of any script (native/identity/distinguished_name.h). Others are refused with the right
 * one.
 */
import { isUtf8 } from 'node:buffer';
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import { attributeType, opensslType } from './fields.js';
import { OPENSSL_NAMES } from './generated-attribute-names.js';

const EXPECTED =
  'a name as "openssl x509 -nameopt RFC2253" prints it, such as "CN=billing,OU=client.api,O=Acme,C=DE"';

// LDAP's name of the one in small letters is OpenSSL's name of the other.
const UID_FIX =
  'write "UID=" for a user id, "0.9.2342.19200300.100.1.44=" for the uniqueIdentifier that openssl prints as "uid="';

interface Attribute {
  /** A short name of this gateway's, or a number. */
  readonly type: string;
  readonly value: string;
  /** The value stands for DER that is no text, or of a type without a name: "#" and hexadecimal digits. */
  readonly isDer: boolean;
  /** What stood before it: it is part of the same RDN where that is "+". */
  readonly behind: ',' | '+';
}

const octets = (text: string): string =>
  [...Buffer.from(text)]
    .map((octet) => `\\${octet.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');

// RFC 4514 section 2.4, as the data plane writes it.
function escapeValue(value: string): string {
  const last = value.length - 1;
  return [...value].reduce<{ text: string; at: number }>(
    ({ text, at }, character) => {
      const special =
        '",+;<>\\'.includes(character) ||
        (character === '#' && at === 0) ||
        (character === ' ' && (at === 0 || at === last));
      const isControl = character < ' ' || character === '\x7f';
      const escaped = isControl ? octets(character) : character;
      return { text: text + (special ? `\\${escaped}` : escaped), at: at + character.length };
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
  const all = Buffer.concat(bytes);
  return isUtf8(all) ? all.toString('utf8') : undefined;
}

// What stands before the first "=" is the type; white space around both does not count, but for an escaped one.
function readAttribute(text: string, behind: ',' | '+'): Attribute | undefined {
  const [, name = '', written = ''] = /^\s*([^=\s]+)\s*=\s*((?:\\[\s\S]|[^\\])*)$/.exec(text) ?? [];
  const type = opensslType(name) ?? attributeType(name);
  if (type === undefined || written.startsWith('"')) return undefined;
  const trimmed = /^(?:\\[\s\S]|[^\\])*?(?=\s*$)/.exec(written)?.[0] ?? '';
  if (/^#(?:[0-9A-Fa-f]{2})+$/.test(trimmed)) {
    return { type, value: trimmed.toUpperCase(), isDer: true, behind };
  }
  const value = /^#./.test(trimmed) ? undefined : unescapeValue(trimmed);
  return value === undefined ? undefined : { type, value, isDer: false, behind };
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

function write(
  attributes: readonly Attribute[],
  one: (attribute: Attribute) => string = ownText,
): string {
  return attributes
    .map((attribute, index) => `${index === 0 ? '' : attribute.behind}${one(attribute)}`)
    .join('');
}

const ownText = ({ type, value, isDer }: Attribute): string =>
  `${type}=${isDer ? value.toLowerCase() : escapeValue(value)}`;

// A value that is "#" alone is the one that OpenSSL leaves as it is.
function opensslText({ type, value, isDer }: Attribute): string {
  const name = OPENSSL_NAMES.get(type) ?? type;
  if (isDer || value === '#') return `${name}=${value}`;
  return `${name}=${escapeValue(value).replaceAll(/[\u0080-\uffff]+/g, octets)}`;
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

/** checkName takes a name in either spelling, and returns that of the log. */
export function checkName(text: string): Parsed<string> {
  const attributes = text === '' ? undefined : readAttributes(splitUnescaped(text, ',+'));
  const own = attributes === undefined ? undefined : write(attributes);
  if (attributes !== undefined && own !== undefined) {
    if (own === text || write(attributes, opensslText) === text) return good(own);
  }
  const foreign = text.startsWith('/') || /, | = /.test(text);
  const fix = foreign ? turnedAround(text) : own;
  if (/(?:^|[,+/])\s*uid\s*=/.test(text)) return bad(quote(text), EXPECTED, UID_FIX);
  return bad(
    quote(text),
    EXPECTED,
    fix === undefined
      ? 'or name its attributes one by one, such as "subject.OU" or "issuer.2.5.4.97"'
      : `write ${literal(fix)}, if that is its order`,
  );
}
