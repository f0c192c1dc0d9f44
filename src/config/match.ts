/**
 * Owns the rule for the parts of a route's "match" that have to do with each other.
 */
import { bad, good, type Parsed, quote } from '../parsed.js';
import { memberOf } from './members.js';

/** checkMatch refuses a word on trailing slashes where the path leaves no choice. */
export function checkMatch(match: unknown): Parsed<unknown> {
  const path = memberOf(match, 'path');
  const slash = memberOf(match, 'trailingSlash');
  if (slash === undefined || typeof path !== 'string') return good(undefined);
  const found = `"trailingSlash" beside the path ${quote(path)}`;
  if (path.endsWith('/*')) {
    return bad(found, 'no "trailingSlash": a prefix matches both forms', 'remove "trailingSlash"');
  }
  if (path !== '/') return good(undefined);
  return bad(found, 'no "trailingSlash": "/" has one form', 'remove "trailingSlash"');
}
