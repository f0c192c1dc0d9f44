/**
 * Owns looking into values of which nothing is known yet: what has not passed the schema, or is not bound by one.
 */

/** entriesOf lists the members of an object or list, whatever they are; of anything else, none. */
export function entriesOf(value: unknown): readonly (readonly [key: string, value: unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** memberOf returns a member of an object, whatever it is; of anything else, undefined. */
export function memberOf(value: unknown, key: string): unknown {
  return entriesOf(value).find(([name]) => name === key)?.[1];
}

/** namesOf lists the names under which an object holds entries, sound or not. */
export function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? [] : entriesOf(value).map(([name]) => name);
}
