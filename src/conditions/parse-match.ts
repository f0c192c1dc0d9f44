/**
 * Owns the written forms of what a field may be: a text is compared exactly; patterns, networks and times are objects; a
 * list is one of them.
 */

import { MOMENT_EXPECTED, parseMoment } from '../document/moment.js';
import { bad, good, literal, type Parsed, problem, quote } from '../parsed.js';
import { parsePin } from '../pins/parse-pin.js';
import { parseSerial } from '../pins/parse-serial.js';
import type { PinKind } from '../pins/pin.js';
import { parseAddress, parseNetwork } from './address.js';
import type { Match } from './condition.js';
import { checkName } from './distinguished-name.js';
import { type FieldKind, isObjectIdentifier } from './fields.js';
import { checkDns, checkEmail, checkText, checkUri } from './texts.js';

interface Form {
  /** What the field takes, for error reports. */
  readonly expected: string;
  exact?(text: string): Parsed<Match>;
  /** Left out where there are no patterns. */
  glob?(pattern: string): Parsed<string>;
}

const exactly = (value: string): Match => Object.freeze({ kind: 'exact', value });

const digest =
  (kind: PinKind) =>
  (text: string): Parsed<Match> => {
    const pin = parsePin(text, kind);
    return pin.ok ? good(exactly(pin.value.value)) : pin;
  };

const checked =
  (check: (text: string) => Parsed<string>) =>
  (text: string): Parsed<Match> => {
    const sound = check(text);
    return sound.ok ? good(exactly(sound.value)) : sound;
  };

// As the data plane writes it: upper case, whole bytes.
function serial(text: string): Parsed<Match> {
  const parsed = parseSerial(text);
  return parsed.ok ? good(exactly(parsed.value.toUpperCase())) : parsed;
}

function policy(text: string): Parsed<Match> {
  if (isObjectIdentifier(text)) return good(exactly(text));
  return bad(quote(text), 'the number of a policy, such as "1.3.6.1.4.1.99999.1"');
}

const FORMS: Readonly<Record<FieldKind, Form>> = {
  sha256: { expected: 'a SHA-256 fingerprint', exact: digest('sha256') },
  sha1: { expected: 'a SHA-1 fingerprint', exact: digest('sha1') },
  spki: { expected: 'the SHA-256 of a public key', exact: digest('spki-sha256') },
  name: { expected: 'a whole name', exact: checked(checkName) },
  text: {
    expected: 'a text, { "glob": "…" }, { "first": … }, { "only": … }',
    exact: checked(checkText),
    glob: checkText,
  },
  serial: { expected: 'a serial number in hexadecimal', exact: serial },
  dns: {
    expected: 'a DNS name, { "glob": "*.example.com" }',
    exact: checked((text) => checkDns(text, false)),
    glob: (pattern) => checkDns(pattern, true),
  },
  uri: {
    expected: 'a URI, { "glob": "spiffe://example.org/ns/*" }',
    exact: checked(checkUri),
    glob: checkUri,
  },
  email: {
    expected: 'a mail address, { "glob": "*@example.com" }',
    exact: checked((text) => checkEmail(text, false)),
    glob: (pattern) => checkEmail(pattern, true),
  },
  ip: { expected: 'an IP address, { "cidr": "10.0.0.0/8" }', exact: parseAddress },
  time: { expected: '{ "before": "2030-01-01T00:00:00Z" }, { "after": … } or both' },
  policy: { expected: 'the number of a policy', exact: policy },
};

const expectedOf = (kind: FieldKind): string => `${FORMS[kind].expected} or a list of these`;

/** parseMatches reads what a field of this kind may be. */
export function parseMatches(kind: FieldKind, value: unknown): Parsed<readonly Match[]> {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0)
    return bad('an empty list', `${expectedOf(kind)}; an empty list matches nothing`);
  const parsed = list.flatMap((one) => parseOrdered(kind, one));
  const wrong = parsed.find((one) => !one.ok);
  if (wrong !== undefined && !wrong.ok) return wrong;
  return good(Object.freeze(parsed.flatMap((one) => (one.ok ? [one.value] : []))));
}

// { "first": … } and { "only": … } hold what the field takes otherwise.
function parseOrdered(kind: FieldKind, value: unknown): readonly Parsed<Match>[] {
  const [[which, inner] = [], ...more] = Object.entries(value ?? {});
  const isOrdered = typeof value === 'object' && (which === 'first' || which === 'only');
  if (kind !== 'text' || !isOrdered || more.length > 0) return [parseMatch(kind, value)];
  const list = Array.isArray(inner) ? inner : [inner];
  if (list.length === 0) return [bad('an empty list', expectedOf(kind))];
  return list.map((one) => {
    const match = parseMatch(kind, one);
    return match.ok ? good(Object.freeze({ ...match.value, which }) as Match) : match;
  });
}

function parseMatch(kind: FieldKind, value: unknown): Parsed<Match> {
  const { exact } = FORMS[kind];
  if (typeof value === 'string') {
    return exact === undefined ? bad(quote(value), expectedOf(kind), timeFix(value)) : exact(value);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return bad(Array.isArray(value) ? 'a list in a list' : String(value), expectedOf(kind));
  }
  return parseObject(kind, value as Readonly<Record<string, unknown>>);
}

const timeFix = (text: string): string => `write { "before": ${literal(text)} }, or "after"`;

function parseObject(kind: FieldKind, value: Readonly<Record<string, unknown>>): Parsed<Match> {
  const keys = Object.keys(value);
  const { glob } = FORMS[kind];
  if (kind === 'time') return parseTime(value, keys);
  const [key = ''] = keys;
  const { [key]: text } = value;
  if (keys.length !== 1 || typeof text !== 'string') return strange(kind, keys);
  if (key === 'cidr' && kind === 'ip') return parseNetwork(text);
  if (key !== 'glob' || glob === undefined) return strange(kind, keys);
  const pattern = glob(text);
  return pattern.ok ? good(Object.freeze({ kind: 'glob', pattern: pattern.value })) : pattern;
}

function strange(kind: FieldKind, keys: readonly string[]): Parsed<never> {
  const found = keys.length === 0 ? 'an empty object' : keys.map((key) => quote(key)).join(', ');
  const fix =
    kind === 'name' && keys.includes('glob')
      ? 'a pattern over a whole name could match across its attributes: match one attribute, such as "subject.CN"'
      : undefined;
  return bad(found, expectedOf(kind), fix);
}

function parseTime(
  value: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Parsed<Match> {
  if (keys.length === 0 || keys.some((key) => key !== 'after' && key !== 'before')) {
    return strange('time', keys);
  }
  const moment = (key: 'after' | 'before'): Parsed<number | null> => {
    const { [key]: text } = value;
    if (text === undefined) return good(null);
    return typeof text === 'string' ? parseMoment(text) : bad(String(text), MOMENT_EXPECTED);
  };
  const after = moment('after');
  const before = moment('before');
  if (!after.ok) return after;
  if (!before.ok) return before;
  if (after.value !== null && before.value !== null && after.value + 1 >= before.value) {
    const found = '"after" and "before" with no moment between them';
    return { ok: false, problem: problem(found, '"after" earlier than "before"', 'swap them') };
  }
  return good(Object.freeze({ kind: 'time', after: after.value, before: before.value }));
}
