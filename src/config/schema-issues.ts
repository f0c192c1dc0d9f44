/**
 * Owns the translation of schema violations into plain words: one issue for each mistake, and none of the noise that
 * alternatives, conditions and doubled rules make.
 */

import { type Issue, issue, pointer } from '../document/issue.js';
import { nearest } from '../document/nearest.js';
import { type Problem, problem, quote } from '../parsed.js';
import { isGatewayField } from './header-edits.js';
import type { SchemaError } from './schema-error.js';
import type { SchemaPart } from './schema-part.js';
import { checkValue } from './values.js';

type Annotated = Readonly<Record<string, unknown>>;

/** describe shows a value: text and numbers as they are, the rest by kind. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) {
    return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  }
  return String(value);
}

/** schemaIssues translates violations; see above. */
export function schemaIssues(errors: readonly SchemaError[]): Issue[] {
  const worded = errors.filter(({ keyword }) => keyword === 'x-value' || keyword === 'x-later');
  const judged = new Set(worded.map(({ instancePath }) => instancePath));
  const listed = new Set(errors.filter(isOfList).map(({ parentSchema }) => parentSchema));
  const issues = errors
    .filter(
      (error) => !isNoise(error, judged) && !(isOfType(error) && listed.has(error.parentSchema)),
    )
    .map((error) => translate(error))
    .filter((translated) => translated !== undefined);
  return withoutEchoes(issues);
}

// Whose values are listed is of their type too: the list says it all.
const isOfList = ({ keyword }: SchemaError): boolean => keyword === 'enum';
const isOfType = ({ keyword }: SchemaError): boolean => keyword === 'type';

// A condition fails as a matter of course, too; what counts is that all of it failed.
function isNoise(error: SchemaError, judged: ReadonlySet<string>): boolean {
  const { keyword, isOfBranch, instancePath } = error;
  if (isOfBranch || keyword === 'if' || isAboutAbsentKeys(error)) return true;
  const coarser = keyword === 'pattern' || keyword === 'minLength';
  return coarser && judged.has(instancePath);
}

// What has no keys fails a rule about which keys to have; that it is no object is reported by the type.
function isAboutAbsentKeys({ keyword, data, parentSchema }: SchemaError): boolean {
  const aboutKeys =
    keyword === 'oneOf' || (keyword === 'not' && !('x-later' in (parentSchema ?? {})));
  return aboutKeys && (typeof data !== 'object' || data === null || Array.isArray(data));
}

// A key that was mistyped is both unknown and missing: the first says it all.
function withoutEchoes(issues: readonly Issue[]): Issue[] {
  const meant = new Set(
    issues.flatMap(({ code, at, fix }) => {
      const word = /^did you mean "(.*)"\?$/.exec(fix ?? '')?.[1];
      return code === 'unknown-key' && word !== undefined ? [pointer(parentOf(at), word)] : [];
    }),
  );
  return issues.filter(({ code, at, expected }) => {
    const key = /^"([^"]*)"/.exec(expected)?.[1];
    return code !== 'missing-key' || key === undefined || !meant.has(pointer(at, key));
  });
}

const parentOf = (at: string): string => at.slice(0, at.lastIndexOf('/'));

function annotation(schema: unknown, name: string): string | undefined {
  const value = (schema as Annotated | undefined)?.[name];
  return typeof value === 'string' ? value : undefined;
}

function translate(error: SchemaError): Issue | undefined {
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error);
    case 'required':
      return missingKey(error);
    case 'propertyNames':
      return badKey(error);
    case 'not':
      return notAllowed(error);
    case 'x-value':
      return issue('bad-value', error.instancePath, error.params.problem as Problem);
    case 'minItems':
      return tooFew(error);
    default:
      return badValue(error);
  }
}

function unknownKey({ instancePath, params, parentSchema, data }: SchemaError): Issue {
  const key = String(params.additionalProperty);
  const properties = (parentSchema?.properties ?? {}) as Readonly<Record<string, Annotated>>;
  const known = Object.keys(properties).filter((name) => !('x-later' in (properties[name] ?? {})));
  const absent = known.filter((name) => !Object.hasOwn(data as object, name));
  const guess = nearest(key, absent);
  const expected = `one of ${known.map((name) => quote(name)).join(', ')}`;
  const fix = guess === undefined ? 'remove it' : `did you mean ${quote(guess)}?`;
  const found = problem(`the unknown key ${quote(key)}`, expected, fix);
  return issue('unknown-key', pointer(instancePath, key), found, { mark: 'key' });
}

function missingKey({ instancePath, params, parentSchema }: SchemaError): Issue {
  const key = String(params.missingProperty);
  const properties = (parentSchema?.properties ?? {}) as Readonly<Record<string, Annotated>>;
  const words = MISSING[key] ?? annotation(properties[key], 'x-expected');
  const expected = words === undefined ? quote(key) : `${quote(key)}: ${words}`;
  const found = problem(`no ${quote(key)}`, expected, `add ${quote(key)}`);
  return issue('missing-key', instancePath, found);
}

const MISSING: Readonly<Record<string, string>> = {
  trust: 'the CAs whose certificates are accepted',
  listeners: 'where clients connect',
  routes: 'what is allowed',
  allow: 'a list of names of clients and applications, "any-trusted" or "anyone"',
  pins: 'a list of at least one pin, or else "when": what the certificate must say',
  match: 'which requests the route takes, such as { "path": "/api/*" }',
  path: 'such as "/api/*", or else "serverName" on a listener with "mode": "tcp"',
  name: 'what logs and metrics call the route',
  ca: 'a list of at least one CA file, such as ["certs/client-ca.crt"]',
  cert: 'the file of the server certificate',
  key: 'the file of the private key',
};

function badKey({ instancePath, params, parentSchema }: SchemaError): Issue | undefined {
  const key = String(params.propertyName);
  const rule = annotation(parentSchema?.propertyNames, 'x-value');
  const checked =
    rule === undefined
      ? undefined
      : checkValue(rule, key, parentSchema?.propertyNames as SchemaPart);
  if (checked === undefined || checked.ok) return undefined;
  return issue('bad-value', pointer(instancePath, key), checked.problem, { mark: 'key' });
}

function notAllowed({ instancePath, parentSchema, data }: SchemaError): Issue {
  const later = annotation(parentSchema, 'x-later');
  if (later === undefined) {
    const expected = annotation(parentSchema, 'x-expected') ?? 'something else';
    return issue('bad-value', instancePath, problem(bothKeys(data), expected, 'remove one'));
  }
  const key = quote(instancePath.slice(instancePath.lastIndexOf('/') + 1));
  const expected = `no ${key}: this version does not support ${later} yet`;
  const found = problem(
    `the key ${key}`,
    expected,
    'remove it, if the rest is not too permissive without it',
  );
  return issue('not-supported-yet', instancePath, found, { mark: 'key' });
}

const bothKeys = (data: unknown): string =>
  typeof data === 'object' && data !== null && 'json' in data ? '"json" and "text"' : 'both';

function tooFew(error: SchemaError): Issue {
  const nobody = /\/allow$/.test(error.instancePath);
  const code = nobody ? 'allows-nobody' : 'bad-value';
  return { ...badValue(error), code };
}

function badValue(error: SchemaError): Issue {
  const { keyword, instancePath, parentSchema, data, params } = error;
  const expected = expectation(error);
  const found = keyword === 'oneOf' ? alternatives(parentSchema, data) : describe(data);
  if (keyword === 'uniqueItems') {
    const index = Math.max(Number(params.i), Number(params.j));
    const twice = problem(
      `${describe((data as unknown[])[index])} twice`,
      'each once',
      'remove one',
    );
    return issue('bad-value', pointer(instancePath, index), twice);
  }
  return issue('bad-value', instancePath, problem(found, expected, guess(error)));
}

// Which of the keys, of which exactly one is wanted, are there.
function alternatives(schema: unknown, data: unknown): string {
  const branches = ((schema as Annotated).oneOf ?? []) as { required?: readonly string[] }[];
  const keys = branches.flatMap(({ required = [] }) => required);
  const there = keys.filter((key) => Object.hasOwn(data as object, key)).map((key) => quote(key));
  return there.length === 0 ? 'none of them' : there.join(' and ');
}

function expectation({ keyword, parentSchema, params }: SchemaError): string {
  const worded = annotation(parentSchema, 'x-expected');
  if (worded !== undefined) return worded;
  switch (keyword) {
    case 'enum':
      return alternativesOf(params.allowedValues as readonly unknown[]);
    case 'type':
      return [parentSchema.type]
        .flat()
        .map((type) => TYPES[String(type)] ?? String(type))
        .join(' or ');
    case 'minimum':
    case 'maximum':
      return `a whole number from ${parentSchema?.minimum} to ${parentSchema?.maximum}`;
    case 'maxItems':
    case 'maxProperties':
      return `at most ${parentSchema[keyword]} entries`;
    default:
      return 'something else';
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text in double quotes',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list in brackets',
  object: 'an object in braces',
};

// The nearest word that is guarded would be another field, and no better.
const OWN_FIELD_FIX =
  'remove it: the gateway writes this field itself and never forwards a client’s; "trustForwardedFor" lists the proxies whose X-Forwarded-For it believes';

function alternativesOf(values: readonly unknown[]): string {
  const words = values.map((value) => describe(value));
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function guess({ keyword, data, params, parentSchema }: SchemaError): string | undefined {
  if (keyword === 'enum' && typeof data === 'string') {
    const words = (params.allowedValues as readonly unknown[]).map(String);
    if (words.includes('X-Forwarded') && isGatewayField(data)) return OWN_FIELD_FIX;
    const word = nearest(data, words);
    if (word !== undefined) return `did you mean ${quote(word)}?`;
    return words.includes('any-trusted')
      ? `for the client of this name: [${quote(data)}]`
      : undefined;
  }
  if (keyword !== 'type') return undefined;
  const types = [parentSchema.type].flat();
  if (types.includes('array') && typeof data === 'string') return `write [${quote(data)}]`;
  if (types.includes('integer') && typeof data === 'string' && /^\d{1,9}$/.test(data)) {
    return `write ${data} without quotes`;
  }
  if (types.includes('boolean') && (data === 'true' || data === 'false')) {
    return `write ${data} without quotes`;
  }
  const rule = annotation(parentSchema, 'x-value') ?? '';
  if (rule.startsWith('duration') && typeof data === 'number')
    return `write "${data}s" or "${data}ms"`;
  if (!types.includes('string') || typeof data !== 'number') return undefined;
  const usable = rule === '' || checkValue(rule, String(data), parentSchema as SchemaPart).ok;
  return usable ? `write "${data}"` : undefined;
}
