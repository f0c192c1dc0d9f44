/**
 * Owns the way from a `when` that passed the schema to the Condition. Several keys of an object are "all" of them.
 */
import { pointer } from '../document/issue.js';
import { validated } from '../parsed.js';
import type { Condition } from './condition.js';
import { kindOf } from './fields.js';
import { parseMatches } from './parse-match.js';

/** RawCondition is an object of fields and operators; see gateway.schema.json. */
export type RawCondition = Readonly<Record<string, unknown>>;

/** readCondition reads the condition that stands at a pointer. */
export function readCondition(raw: RawCondition, at: string): Condition {
  const parts = Object.entries(raw).map(([key, value]) => readKey(key, value, pointer(at, key)));
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return Object.freeze({ kind: 'all', of: Object.freeze(parts) });
}

function readKey(key: string, value: unknown, at: string): Condition {
  if (key === 'not') {
    return Object.freeze({ kind: 'not', of: readCondition(value as RawCondition, at) });
  }
  if (key === 'all' || key === 'any') {
    const of = (value as readonly RawCondition[]).map((one, i) =>
      readCondition(one, pointer(at, i)),
    );
    return Object.freeze({ kind: key, of: Object.freeze(of) });
  }
  const kind = kindOf(key);
  if (kind === undefined) throw new TypeError(`this was validated before, yet found ${key}`);
  return Object.freeze({
    kind: 'field',
    at,
    field: key,
    oneOf: validated(parseMatches(kind, value)),
  });
}
