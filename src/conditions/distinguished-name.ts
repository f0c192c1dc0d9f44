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
  return value
    .replaceAll(/[",+;<>\\]/g, '\\$&')
    .replace(/^[# ]/, '\\$&')
    .replace(/(?<!\\) $/, '\\ ');
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

function readAttribute(text: string, behind: ',' | '+'): Attribute | undefined {
  const [, name, written] = /^\s*([^=\s]+)\s*=\s*([\s\S]*?)(?<!\\)\s*$/.exec(text) ?? [];
  const type = name === undefined ? undefined : attributeType(name);
  if (type === undefined || written === undefined || isObjectIdentifier(type)) return undefined;
  if (/^[#"]/.test(written)) return undefined;
  const value = unescapeValue(written);
  return value === undefined ? undefined : { type, value, behind };
}

function readAttributes(text: string, separators: RegExp): readonly Attribute[] | undefined {
  const pieces = text.split(separators);
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
  const separators = text.startsWith('/') ? /(\/)(?=[A-Za-z]+=)/ : /(?<!\\)(,)/;
  const attributes = readAttributes(text.replace(/^\//, ''), separators);
  return attributes === undefined ? undefined : write([...attributes].reverse());
}

/** checkName takes a name in its one spelling. */
export function checkName(text: string): Parsed<string> {
  const attributes = text === '' ? undefined : readAttributes(text, /(?<!\\)([,+])/);
  const own = attributes === undefined ? undefined : write(attributes);
  if (own === text) return good(text);
  const foreign = text.startsWith('/') || /(?<!\\), | = /.test(text);
  const fix = foreign ? turnedAround(text) : own;
  return bad(
    quote(text),
    EXPECTED,
    fix === undefined
      ? 'or name its attributes one by one, such as "subject.OU" or "issuer.2.5.4.97"'
      : `write ${literal(fix)}, if that is its order`,
  );
}
