/**
 * Owns what can be said of a set of routes without a request: which two cannot be told apart. Which of the others wins does
 * not depend on their order, so there is none to keep here: see native/policy/route_table.h, where the matching is.
 */
import { type PathPattern, type PathSegment, pathText } from './path-pattern.js';

/** Matcher is what a route matches. */
export interface Matcher {
  /** Lower case; null: any host. */
  readonly host: string | null;
  readonly path: PathPattern;
  /** Upper case; null: any method. */
  readonly methods: readonly string[] | null;
}

// The names of parameters do not tell two patterns apart.
function shape({ host, path }: Matcher): string {
  const anonymous = (segment: PathSegment): PathSegment =>
    'literal' in segment ? segment : { parameter: '' };
  return `${host ?? '*'} ${pathText({ ...path, segments: path.segments.map(anonymous) })}`;
}

/** sharedMethods returns the methods that both take: null for any, undefined for none. */
export function sharedMethods(a: Matcher, b: Matcher): readonly string[] | null | undefined {
  if (a.methods === null) return b.methods;
  if (b.methods === null) return a.methods;
  const both = b.methods.filter((method) => a.methods?.includes(method));
  return both.length === 0 ? undefined : both;
}

/** Conflict is a pair of routes that cannot be told apart, the one that comes first in the file first. */
export interface Conflict<R> {
  readonly first: R;
  readonly second: R;
  readonly listener: string;
  readonly methods: readonly string[] | null;
}

/** Routable is a route as far as conflicts are concerned. */
export interface Routable extends Matcher {
  readonly listeners: readonly string[];
}

/**
 * findConflicts returns, for each route that cannot be told apart from an earlier one, the first such pair: same listener,
 * host and shape of the path, and a method in common. Its cost grows with the number of routes of one shape, not of all.
 */
export function findConflicts<R extends Routable>(routes: readonly R[]): Conflict<R>[] {
  const seen = new Map<string, R[]>();
  return routes.flatMap((route) => {
    const found = [...new Set(route.listeners)].flatMap((listener) => {
      const earlier = earlierOf(seen, `${listener} ${shape(route)}`);
      const conflicts = earlier.flatMap((first) => conflictOf(first, route, listener));
      earlier.push(route);
      return conflicts;
    });
    return found.slice(0, 1);
  });
}

function earlierOf<R>(seen: Map<string, R[]>, key: string): R[] {
  const list = seen.get(key) ?? [];
  seen.set(key, list);
  return list;
}

function conflictOf<R extends Routable>(first: R, second: R, listener: string): Conflict<R>[] {
  const methods = sharedMethods(first, second);
  return methods === undefined ? [] : [{ first, second, listener, methods }];
}
