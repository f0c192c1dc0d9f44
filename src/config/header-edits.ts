/**
 * Owns the rules for header fields that a route changes: which names may be, and that no list contradicts another. As strict
 * as the data plane's own decoder (native/snapshot/decode_forwarding.cc).
 */
import { bad, good, type Parsed, quote } from '../parsed.js';
import { checkIdentityHeader, foldFieldName } from './forwarded-identity.js';
import {
  GATEWAY_FIELD_FAMILIES,
  type RawHeaderEdits,
  type RawHeaderEditsResponse,
} from './generated-shape.js';
import { entriesOf, memberOf, namesOf } from './members.js';
import { checkFieldName } from './response-rules.js';

/** FieldEdits are the changes of one direction. `set` and `remove` first drop what bears the name, in any spelling. */
export interface FieldEdits {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly add: readonly (readonly [name: string, value: string])[];
  readonly remove: readonly string[];
}

export interface HeaderEdits {
  readonly request: FieldEdits;
  readonly response: FieldEdits;
  /** Request fields that go on although they end here by default. */
  readonly keep: readonly string[];
}

const isOfGateway = (folded: string): boolean =>
  GATEWAY_FIELD_FAMILIES.some((family) => folded.startsWith(family));

/** isGatewayField says whether the gateway writes fields of this name itself, so that none of a client's goes on. */
export const isGatewayField = (name: string): boolean => isOfGateway(foldFieldName(name));

// What requests and responses in fact bear. Other marks are allowed in a name, but whoever writes them means a pattern.
const PLAIN = /^[0-9A-Za-z._-]{1,256}$/;

// What this hop says of itself, and what turns that off.
const HOP_FIELDS: ReadonlyMap<string, string> = new Map([
  ['via', '"via": false at the top of the file leaves it out'],
  ['max-forwards', 'remove it: the gateway decrements it itself'],
]);

// Of a response, beside what every message has from the gateway.
const OWN_RESPONSE_FIELDS: ReadonlySet<string> = new Set([
  'proxy-authenticate',
  'proxy-authorization',
  'http2-settings',
  'x-request-id',
]);

/** checkRequestEdit judges the name of a request field that is to be changed. */
export function checkRequestEdit(name: string): Parsed<string> {
  const folded = foldFieldName(name);
  const hop = HOP_FIELDS.get(folded);
  if (hop !== undefined) return bad(quote(name), 'a field that is not the gateway’s own', hop);
  const written = checkIdentityHeader(name);
  if (!written.ok) return written;
  if (!PLAIN.test(name)) return noPattern(name);
  if (!isOfGateway(folded)) return good(name);
  const fix =
    'use "forwardIdentity" to forward who the client is; the gateway writes the other fields itself';
  return bad(quote(name), 'a field that is not the gateway’s own', fix);
}

/** checkResponseEdit judges the name of a response field that is to be changed. */
export function checkResponseEdit(name: string): Parsed<string> {
  const written = checkFieldName(name);
  if (!written.ok) return written;
  if (!PLAIN.test(name)) return noPattern(name);
  const folded = foldFieldName(name);
  if (checkFieldName(folded).ok && !OWN_RESPONSE_FIELDS.has(folded)) return good(name);
  return bad(quote(name), 'a field that the gateway does not write or remove itself', 'remove it');
}

/** checkRefusedField judges the name of a field with which requests are refused. */
export function checkRefusedField(name: string): Parsed<string> {
  if (foldFieldName(name) === 'host') {
    return bad(quote(name), 'a field other than Host, which every request has', 'remove it');
  }
  return PLAIN.test(name) ? good(name) : noPattern(name);
}

function noPattern(name: string): Parsed<never> {
  const expected = 'the name of one header field, of letters, digits, "-", "_" and "."';
  return bad(quote(name), expected, 'name each field: patterns are not supported');
}

/** checkHeaderEdits judges the lists of one direction together; members of the wrong type are reported by the schema. */
export function checkHeaderEdits(value: unknown): Parsed<unknown> {
  const named = [
    ...namesOf(memberOf(value, 'set')).map((name) => ['set', name] as const),
    ...namesOf(memberOf(value, 'add')).map((name) => ['add', name] as const),
    ...entriesOf(memberOf(value, 'remove')).map(([, name]) => ['remove', name] as const),
    ...entriesOf(memberOf(value, 'keep')).map(([, name]) => ['keep', name] as const),
  ].filter((one): one is readonly [EditList, string] => typeof one[1] === 'string');
  const folded = named.map(([, name]) => foldFieldName(name));
  const index = named.findIndex((_, at) => folded.indexOf(folded[at] ?? '') < at);
  const [list, twice] = named[index] ?? [];
  const [other] = named[folded.indexOf(folded[index] ?? '')] ?? [];
  if (list === undefined || other === undefined || twice === undefined) return good(undefined);
  const where = list === other ? `in ${quote(list)}` : `in ${quote(other)} and ${quote(list)}`;
  const found = `the header field ${quote(twice)} twice, ${where}`;
  return bad(found, 'each header field in one place', fixOf(other, list));
}

type EditList = 'set' | 'add' | 'remove' | 'keep';

const MEANS: Readonly<Record<EditList, string>> = {
  set: '"set" replaces what is there',
  add: '"add" keeps it and adds one',
  remove: '"remove" drops it',
  keep: '"keep" forwards it',
};

const fixOf = (one: EditList, other: EditList): string =>
  one === other ? 'remove one of them' : `${MEANS[one]}, ${MEANS[other]}: remove one of them`;

/** readHeaderEdits freezes what passed. */
export function readHeaderEdits(raw: RawHeaderEdits | undefined): HeaderEdits {
  return Object.freeze({
    request: readFieldEdits(raw?.request),
    response: readFieldEdits(raw?.response),
    keep: Object.freeze([...(raw?.request?.keep ?? [])]),
  });
}

function readFieldEdits({
  set = {},
  add = {},
  remove = [],
}: RawHeaderEditsResponse = {}): FieldEdits {
  const pairs = (fields: Readonly<Record<string, string>>) =>
    Object.freeze(Object.entries(fields).map((field) => Object.freeze(field)));
  return Object.freeze({ set: pairs(set), add: pairs(add), remove: Object.freeze([...remove]) });
}
