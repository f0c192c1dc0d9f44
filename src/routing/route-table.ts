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

/** Shaped holds the first routes, by number, of one listener, host and shape of path. */
interface Shaped {
  readonly first: number;
  anyMethod: number | undefined;
  readonly byMethod: Map<string, number>;
}

/**
 * findConflicts returns, for each route that cannot be told apart from an earlier one, the first such pair: same listener,
 * host and shape of the path, and a method in common. Its cost grows with the routes and what they list, not with their pairs.
 */
export function findConflicts<R extends Routable>(routes: readonly R[]): Conflict<R>[] {
  const seen = new Map<string, Shaped>();
  return routes.flatMap((second, index) => {
    const found = [...new Set(second.listeners)].flatMap((listener) => {
      const key = `${listener} ${shape(second)}`;
      const shaped = seen.get(key) ?? { first: index, anyMethod: undefined, byMethod: new Map() };
      seen.set(key, shaped);
      const first = routes[rivalOf(shaped, second) ?? -1];
      occupy(shaped, second, index);
      if (first === undefined) return [];
      return [{ first, second, listener, methods: sharedMethods(first, second) ?? null }];
    });
    return found.slice(0, 1);
  });
}

// The earliest of the routes so far that has a method in common.
function rivalOf({ first, anyMethod, byMethod }: Shaped, { methods }: Matcher): number | undefined {
  if (methods === null) return anyMethod === undefined && byMethod.size === 0 ? undefined : first;
  const listed = methods.map((method) => byMethod.get(method));
  const rivals = [anyMethod, ...listed].filter((rival) => rival !== undefined);
  return rivals.length === 0 ? undefined : Math.min(...rivals);
}

function occupy(shaped: Shaped, { methods }: Matcher, index: number): void {
  if (methods === null) shaped.anyMethod ??= index;
  for (const method of methods ?? []) {
    if (!shaped.byMethod.has(method)) shaped.byMethod.set(method, index);
  }
}
