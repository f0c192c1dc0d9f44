/**
 * Owns what can be said of a set of routes without a request: which two cannot be told apart. Which of the others wins does
 * not depend on their order, so there is none to keep here: see native/policy/route_table.h, where the matching is.
 */
import { fitAlike, identityOf, isLenient, shapeOf } from './path-likeness.js';
import type { RoutePath } from './path-pattern.js';

/** Matcher is what a route matches. */
export interface Matcher {
  /** Lower case; null: any host. */
  readonly host: string | null;
  readonly path: RoutePath;
  /** Upper case; null: any method. */
  readonly methods: readonly string[] | null;
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
  /** In common; null: any. */
  readonly methods: readonly string[] | null;
  /** Some requests fit both alike and others one of them only: one is lenient, the other is not. */
  readonly inPart: boolean;
}

/** Routable is a route as far as conflicts are concerned. */
export interface Routable extends Matcher {
  readonly listeners: readonly string[];
}

/** Shaped holds the first routes, by number, of one listener, host and pattern. */
interface Shaped {
  readonly first: number;
  anyMethod: number | undefined;
  readonly byMethod: Map<string, number>;
}

/** Alike are patterns of one listener and host that some request could fit alike, by what each of them is. */
interface Alike {
  readonly patterns: Map<string, Shaped>;
  anyLenient: boolean;
}

/**
 * findConflicts returns, for each route that cannot be told apart from an earlier one, the first such pair: same listener,
 * host and pattern, and a method in common; or patterns that some request fits alike, of which only one is lenient. Its cost
 * grows with the routes and what they list, not with their pairs.
 */
export function findConflicts<R extends Routable>(routes: readonly R[]): Conflict<R>[] {
  const seen = new Map<string, Alike>();
  return routes.flatMap((second, index) => {
    const shape = `${second.host ?? '*'} ${shapeOf(second.path)}`;
    const found = [...new Set(second.listeners)].flatMap((listener) => {
      const key = `${listener} ${shape}`;
      const alike = seen.get(key) ?? { patterns: new Map(), anyLenient: false };
      seen.set(key, alike);
      return conflictOf(routes, alike, { second, index, listener });
    });
    return found.slice(0, 1);
  });
}

interface Added<R> {
  readonly second: R;
  readonly index: number;
  readonly listener: string;
}

function conflictOf<R extends Routable>(
  routes: readonly R[],
  alike: Alike,
  { second, index, listener }: Added<R>,
): Conflict<R>[] {
  alike.anyLenient ||= isLenient(second.path);
  const identity = identityOf(second.path);
  const rival = alike.anyLenient ? partRival(routes, alike, second) : undefined;
  const shaped = alike.patterns.get(identity) ?? {
    ...{ first: index, anyMethod: undefined, byMethod: new Map() },
  };
  alike.patterns.set(identity, shaped);
  const first = rival ?? routes[rivalOf(shaped, second) ?? -1];
  occupy(shaped, second, index);
  if (first === undefined) return [];
  const inPart = first === rival;
  const methods = inPart ? null : (sharedMethods(first, second) ?? null);
  return [{ first, second, listener, methods, inPart }];
}

// The first route of another pattern that some request fits as well.
function partRival<R extends Routable>(
  routes: readonly R[],
  { patterns }: Alike,
  { path }: R,
): R | undefined {
  const identity = identityOf(path);
  for (const [other, { first }] of patterns) {
    const route = routes[first];
    if (other !== identity && route !== undefined && fitAlike(route.path, path)) return route;
  }
  return undefined;
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
