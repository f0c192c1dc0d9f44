/**
 * Owns the names of what there is to know of a certificate: conditions look at these fields, and compare each in its way;
 * headers carry them.
 */
import { nearest } from '../document/nearest.js';
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import { OPENSSL_NAMES } from './generated-attribute-names.js';

/** FieldKind says how a field is compared: see docs/conditions.md. */
export type FieldKind =
  | 'sha256'
  | 'sha1'
  | 'spki'
  | 'name'
  | 'text'
  | 'serial'
  | 'dns'
  | 'uri'
  | 'email'
  | 'ip'
  | 'time'
  | 'policy';

const FIELDS: Readonly<Record<string, FieldKind>> = Object.freeze({
  'fingerprint.sha256': 'sha256',
  'fingerprint.sha1': 'sha1',
  'spki.sha256': 'spki',
  subject: 'name',
  issuer: 'name',
  serial: 'serial',
  'san.dns': 'dns',
  'san.uri': 'uri',
  'san.email': 'email',
  'san.ip': 'ip',
  notBefore: 'time',
  notAfter: 'time',
  keyAlgorithm: 'text',
  signatureAlgorithm: 'text',
  policies: 'policy',
});

const OPERATORS: readonly string[] = ['all', 'any', 'not'];

/** ATTRIBUTE_TYPES are the attributes of names that go by a short name; all others go by their number. */
export const ATTRIBUTE_TYPES: readonly string[] = Object.freeze([
  ...['CN', 'L', 'ST', 'O', 'OU', 'C', 'STREET', 'DC', 'UID', 'serialNumber', 'emailAddress'],
]);

/** FIELD_NAMES are all fields that have a name: those whose attribute goes by a number are besides. */
export const FIELD_NAMES: readonly string[] = Object.freeze(
  Object.entries(FIELDS).flatMap(([name, kind]) =>
    kind === 'name' ? [name, ...ATTRIBUTE_TYPES.map((type) => `${name}.${type}`)] : [name],
  ),
);

// What others call them: RFC 4519, X.520, openssl, Python's ssl module (and with it Zato), and their numbers.
const ALIASES: Readonly<Record<string, string>> = Object.freeze({
  commonname: 'CN',
  localityname: 'L',
  locality: 'L',
  stateorprovincename: 'ST',
  s: 'ST',
  sp: 'ST',
  organizationname: 'O',
  organization: 'O',
  organizationalunitname: 'OU',
  organizationalunit: 'OU',
  countryname: 'C',
  country: 'C',
  streetaddress: 'STREET',
  domaincomponent: 'DC',
  userid: 'UID',
  serialno: 'serialNumber',
  email: 'emailAddress',
  e: 'emailAddress',
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
});

const TYPES_BY_OPENSSL_NAME: ReadonlyMap<string, string> = new Map(
  [...OPENSSL_NAMES].map(([type, name]) => [name, type]),
);

const NUMBER = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;

/** isObjectIdentifier says whether a text is an object identifier in dotted numbers. */
export const isObjectIdentifier = (text: string): boolean =>
  text.length <= 128 && NUMBER.test(text);

/** attributeType returns the type of an attribute as it is written here, or undefined for an unknown name. */
export function attributeType(name: string): string | undefined {
  const lower = name.toLowerCase();
  const own =
    ATTRIBUTE_TYPES.find((type) => type.toLowerCase() === lower) ??
    (Object.hasOwn(ALIASES, lower) ? ALIASES[lower] : undefined);
  return own ?? (isObjectIdentifier(name) ? name : undefined);
}

/** opensslType returns the type of an attribute by OpenSSL's short name, as it is written here. */
export function opensslType(name: string): string | undefined {
  return name === 'uid' ? undefined : TYPES_BY_OPENSSL_NAME.get(name);
}

/** isOperator says whether a key combines conditions instead of naming a field. */
const isOperator = (key: string): boolean => OPERATORS.includes(key);

/** kindOf returns how a field is compared; undefined when there is no such field. */
export function kindOf(field: string): FieldKind | undefined {
  if (Object.hasOwn(FIELDS, field)) return FIELDS[field];
  const type = /^(?:subject|issuer)\.(.+)$/s.exec(field)?.[1];
  return type !== undefined && attributeType(type) === type ? 'text' : undefined;
}

/** checkKey judges a key of a condition: a field or an operator. */
export function checkKey(key: string): Parsed<string> {
  if (isOperator(key) || kindOf(key) !== undefined) return good(key);
  const guess = aliasOf(key) ?? nearest(key, [...FIELD_NAMES, ...OPERATORS]);
  return bad(
    quote(key),
    'a field such as "subject.CN", "issuer.O", "san.dns" or "serial", or "all", "any" or "not"',
    guess === undefined ? 'docs/conditions.md lists every field' : `write ${literal(guess)}`,
  );
}

function aliasOf(key: string): string | undefined {
  const [, name, type] = /^(subject|issuer)\.(.+)$/is.exec(key) ?? [];
  const own = type === undefined ? undefined : (attributeType(type) ?? opensslType(type));
  if (name !== undefined && own !== undefined) return `${name.toLowerCase()}.${own}`;
  return attributeType(key) !== undefined && !isObjectIdentifier(key)
    ? `subject.${attributeType(key)}`
    : undefined;
}
