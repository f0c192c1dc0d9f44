/**
 * Owns the one list of what there is to say of a configuration file that could serve: `check`, the start, a reload and the status
 * tell the same.
 */
import type { Issue } from '../document/issue.js';
import type { PassedRoute } from '../engine/native.js';
import { passedRouteIssue } from '../explain/passed-route.js';
import type { Accepted } from './candidate.js';

/** ReviewRoutes finds routes that are passed by. */
export type ReviewRoutes = (document: string) => readonly PassedRoute[];

const isWarning = ({ severity }: Issue): boolean => severity === 'warning';

function passedRoutes({ document, snapshot }: Accepted, review: ReviewRoutes): readonly Issue[] {
  const passed = review(document);
  if (passed.length === 0) return [];
  const paths = new Map(snapshot.routes.map(({ name, path }) => [name, path]));
  return passed.map((one) => passedRouteIssue(one, paths.get(one.route)));
}

/**
 * findingsOf adds to what was found in the compiled file what the native core says of it (`native`), and, when none of that
 * keeps it from serving, which routes are passed by.
 */
export function findingsOf(
  compiled: Accepted,
  native: readonly Issue[],
  review: ReviewRoutes,
): readonly Issue[] {
  const passed = native.every(isWarning) ? passedRoutes(compiled, review) : [];
  return Object.freeze([...compiled.issues, ...native, ...passed]);
}
