/**
 * Owns the rules for single values that JSON Schema cannot express, by the names under which gateway.schema.json asks for
 * them ("x-value").
 */

import { checkKey, type FieldKind } from '../conditions/fields.js';
import { parseMatches } from '../conditions/parse-match.js';
import { parseMoment } from '../document/moment.js';
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import { parsePin } from '../pins/parse-pin.js';
import { parseSerial } from '../pins/parse-serial.js';
import { parseHost, parseServerName } from '../routing/host.js';
import { parsePathPattern } from '../routing/path-pattern.js';
import { parseBind, parseEndpoint, parseUpstreamName } from './addresses.js';
import {
  checkBalance,
  checkEjection,
  checkEndpoints,
  checkHashHeader,
  checkHealth,
  checkHealthHost,
  checkHealthPath,
  checkUpstreamLimits,
} from './balancing.js';
import {
  checkForwardIdentity,
  checkIdentityField,
  checkIdentityHeader,
} from './forwarded-identity.js';
import { parseAlpn } from './front.js';
import {
  checkHeaderEdits,
  checkRefusedField,
  checkRequestEdit,
  checkResponseEdit,
} from './header-edits.js';
import { checkListenerLimits } from './listener-limits.js';
import { checkMaintenance } from './maintenance.js';
import { checkMatch } from './match.js';
import { parseTrustedNetwork } from './networks.js';
import { DURATION_EXPECTED, parseDuration, parseSize, SIZE_EXPECTED } from './quantities.js';
import { checkRate } from './rate.js';
import { checkFieldName, checkFieldValue, checkResponse } from './response-rules.js';
import { checkAddedPrefix, checkAuthority, parsePathPrefix } from './rewrite.js';
import { boundsOf, type SchemaPart } from './schema-part.js';
import { parseRouteServerName } from './tcp-route.js';
import { checkTickets } from './tickets.js';
import { checkTrust, parseDeniedCertificate } from './trust-rules.js';
import { checkUpgrade } from './upgrade.js';
import { checkWhenStale } from './when-stale.js';

type Rule = (value: unknown, schema: SchemaPart) => Parsed<unknown>;

const DAY_MS = 24 * 3600 * 1000;

// A value of another type passes: that it has the wrong type is reported once, by the schema.
const ofText =
  (rule: (text: string, schema: SchemaPart) => Parsed<unknown>): Rule =>
  (value, schema) =>
    typeof value === 'string' ? rule(value, schema) : good(undefined);

function checkDuration(text: string, schema: SchemaPart): Parsed<number> {
  const parsed = parseDuration(text);
  const { least, most } = boundsOf(schema);
  if (!parsed.ok || (parsed.value >= least && parsed.value <= most)) return parsed;
  const bounds = `from ${least}ms to ${Math.floor(most / DAY_MS)} days`;
  return bad(quote(text), `${DURATION_EXPECTED}, ${bounds}`);
}

function checkSize(value: unknown, schema: SchemaPart): Parsed<unknown> {
  if (typeof value !== 'string' && !Number.isInteger(value)) return good(undefined);
  const parsed = parseSize(value as string | number);
  const { least, most } = boundsOf(schema);
  if (!parsed.ok || (parsed.value >= least && parsed.value <= most)) return parsed;
  return bad(
    typeof value === 'string' ? quote(value) : String(value),
    `${SIZE_EXPECTED}, from ${least} to ${most} bytes`,
  );
}

const matching =
  (kind: FieldKind): Rule =>
  (value) =>
    parseMatches(kind, value);

// Most names are like this. Classes of all scripts, once asked for, take 0.1 MB for good.
const USUAL_NAME = /^[A-Za-z0-9][\w.-]*(?: [\w.-]+)*$/;

function checkName(text: string): Parsed<string> {
  if (text.length <= 64 && USUAL_NAME.test(text)) return good(text);
  // Two names that look the same must be the same: one form of each letter, nothing invisible, single blanks within.
  const isName = /^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._-]*(?: [\p{L}\p{M}\p{Nd}._-]+)*$/u.test(text);
  if (isName && text === text.normalize('NFC') && [...text].length <= 64) return good(text);
  const plain = text
    .normalize('NFC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[^\p{L}\p{M}\p{Nd}._ -]+/gu, '-')
    .replaceAll(/ +/g, ' ')
    .replace(/^[^\p{L}\p{Nd}]+/u, '');
  const guess = [...plain].slice(0, 64).join('').trimEnd();
  const expected = 'a name of 1 to 64 letters, digits, ".", "_", "-" and single blanks within';
  return bad(quote(text), expected, guess === '' ? undefined : `write ${literal(guess)}`);
}

function checkFile(text: string): Parsed<string> {
  if (text === '') return bad('""', 'the path of a file');
  const bytes = Buffer.byteLength(text);
  if (bytes > 4095) return bad(`a path of ${bytes} bytes`, 'at most 4095 bytes');
  if (/\p{Cc}/u.test(text)) return bad(quote(text), 'a path without control characters');
  return good(text);
}

function checkLabel(text: string): Parsed<string> {
  if (/\p{Cc}/u.test(text)) return bad(quote(text), 'text without control characters');
  return text.length <= 200 ? good(text) : bad(`${text.length} characters`, 'at most 200');
}

/** checkScope judges a scope-token (RFC 6749 section 3.3). */
function checkScope(text: string): Parsed<string> {
  if (/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(text)) return good(text);
  const expected = 'a scope of 1 to 128 visible ASCII characters other than " and \\';
  const fix = /\s/.test(text)
    ? 'list each scope by itself: ["customer:read", "orders:read"]'
    : undefined;
  return bad(quote(text), expected, fix);
}

function checkMethod(text: string): Parsed<string> {
  const upper = text.toUpperCase();
  if (upper === 'CONNECT') {
    const fix = 'remove it: CONNECT is always answered with 501; "upgrade" is for WebSockets';
    return bad(quote(text), 'an HTTP method that a route can serve', fix);
  }
  if (text === upper && /^[!#$%&'*+.^_`|~0-9A-Z-]{1,64}$/.test(text)) return good(text);
  const known = /^[A-Z-]{1,64}$/.test(upper);
  return bad(quote(text), 'an HTTP method such as "GET"', known ? `write "${upper}"` : undefined);
}

const RULES = {
  pin: ofText((text) => parsePin(text)),
  'pin-sha256': ofText((text) => parsePin(text, 'sha256')),
  'pin-sha1': ofText((text) => parsePin(text, 'sha1')),
  'pin-spki': ofText((text) => parsePin(text, 'spki-sha256')),
  moment: ofText(parseMoment),
  'condition-key': ofText(checkKey),
  'match-sha256': matching('sha256'),
  'match-sha1': matching('sha1'),
  'match-spki': matching('spki'),
  'match-name': matching('name'),
  'match-text': matching('text'),
  'match-serial': matching('serial'),
  'match-dns': matching('dns'),
  'match-uri': matching('uri'),
  'match-email': matching('email'),
  'route-match': checkMatch,
  'match-ip': matching('ip'),
  'match-time': matching('time'),
  'match-policy': matching('policy'),
  name: ofText(checkName),
  file: ofText(checkFile),
  label: ofText(checkLabel),
  scope: ofText(checkScope),
  method: ofText(checkMethod),
  host: ofText(parseHost),
  'server-name': ofText(parseServerName),
  'upstream-name': ofText(parseUpstreamName),
  'route-server-name': ofText(parseRouteServerName),
  network: ofText(parseTrustedNetwork),
  rate: ofText(checkRate),
  alpn: ofText(parseAlpn),
  path: ofText(parsePathPattern),
  bind: ofText(parseBind),
  endpoint: ofText(parseEndpoint),
  endpoints: checkEndpoints,
  balance: checkBalance,
  'hash-header': ofText(checkHashHeader),
  health: checkHealth,
  'health-path': ofText(checkHealthPath),
  'health-host': ofText(checkHealthHost),
  ejection: checkEjection,
  'upstream-limits': checkUpstreamLimits,
  duration: ofText(checkDuration),
  size: checkSize,
  'when-stale': ofText(checkWhenStale),
  trust: checkTrust,
  tickets: checkTickets,
  'denied-certificate': ofText(parseDeniedCertificate),
  serial: ofText(parseSerial),
  'listener-limits': checkListenerLimits,
  'field-name': ofText(checkFieldName),
  'field-value': ofText(checkFieldValue),
  response: checkResponse,
  maintenance: checkMaintenance,
  'identity-header': ofText(checkIdentityHeader),
  'identity-field': ofText(checkIdentityField),
  'forward-identity': checkForwardIdentity,
  'path-prefix': ofText(parsePathPrefix),
  'added-prefix': ofText(checkAddedPrefix),
  authority: ofText(checkAuthority),
  'request-edit': ofText(checkRequestEdit),
  'response-edit': ofText(checkResponseEdit),
  'header-edits': checkHeaderEdits,
  'refused-field': ofText(checkRefusedField),
  upgrade: ofText(checkUpgrade),
} as const satisfies Readonly<Record<string, Rule>>;

/** RULE_NAMES are the values that "x-value" may have. */
export const RULE_NAMES: readonly string[] = Object.keys(RULES);

/** checkValue applies the rule that a part of the schema names; an unknown name is a bug in the schema. */
export function checkValue(name: string, value: unknown, schema: SchemaPart): Parsed<unknown> {
  if (!Object.hasOwn(RULES, name)) throw new TypeError(`no such rule: ${name}`);
  return RULES[name as keyof typeof RULES](value, schema);
}
