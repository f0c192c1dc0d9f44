/**
 * Owns what can be said of a set of routes without a request: the order in which patterns win, and which two cannot be
 * told apart. Mirrors native/policy/route_table.h, where the matching itself is.
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

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const RANK = { literal: 0, parameter: 1, end: 2, slash: 3, prefix: 4 } as const;

function rankAt(path: PathPattern, index: number): number {
  const segment = path.segments[index];
  if (segment !== undefined) return 'literal' in segment ? RANK.literal : RANK.parameter;
  if (path.prefix) return RANK.prefix;
  return path.trailingSlash ? RANK.slash : RANK.end;
}

const literalAt = (path: PathPattern, index: number): string => {
  const segment = path.segments[index];
  return segment !== undefined && 'literal' in segment ? segment.literal : '';
};

function comparePaths(a: PathPattern, b: PathPattern): number {
  const length = Math.max(a.segments.length, b.segments.length) + 1;
  for (let index = 0; index < length; index++) {
    const byRank = rankAt(a, index) - rankAt(b, index);
    if (byRank !== 0) return byRank;
    const byText = compareText(literalAt(a, index), literalAt(b, index));
    if (byText !== 0) return byText;
  }
  return 0;
}

/**
 * compareSpecificity sorts the more specific matcher first: a host's own before any host's, then segment by segment from
 * the left, literal before parameter before prefix. 0 when the order is of no consequence.
 */
export function compareSpecificity(a: Matcher, b: Matcher): number {
  if (a.host !== b.host) {
    if (a.host === null) return 1;
    if (b.host === null) return -1;
    return compareText(a.host, b.host);
  }
  return comparePaths(a.path, b.path);
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
