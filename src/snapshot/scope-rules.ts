/**
 * Owns the rules for scopes that need more than one entry: what a route wants must be something that clients have. Pure.
 */
import type { ConfigParts, RouteConfig } from '../config/config.js';
import { type Issue, issue, pointer } from '../document/issue.js';
import { nearest } from '../document/nearest.js';
import { problem, quote } from '../parsed.js';

type Parts = Pick<ConfigParts, 'clients' | 'applications' | 'routes'>;
type Granted = ReadonlyMap<string, ReadonlySet<string>>;

/** grantedScopes has the scopes of each client by its name: its own, and those of its applications. */
export function grantedScopes({ clients, applications }: Omit<Parts, 'routes'>): Granted {
  const granted = new Map(clients.map(({ name, scopes }) => [name, new Set(scopes)]));
  for (const { clients: members, scopes } of applications) {
    for (const name of members) for (const scope of scopes) granted.get(name)?.add(scope);
  }
  return granted;
}

function unknownClients({ at, allow, scopes }: RouteConfig): Issue[] {
  if (scopes.length === 0 || typeof allow !== 'string') return [];
  const found = problem(
    `scopes beside "allow": ${quote(allow)}`,
    'scopes where "allow" lists clients or applications: they alone have any',
    'list who may use the route, or remove "scopes"',
  );
  return [issue('scopes-of-nobody', pointer(at, 'scopes'), found)];
}

function unknownScopes({ at, scopes }: RouteConfig, known: ReadonlySet<string>): Issue[] {
  return scopes.flatMap((scope, index) => {
    if (known.has(scope)) return [];
    const guess = nearest(scope, known);
    const fix = guess === undefined ? undefined : `did you mean ${quote(guess)}?`;
    const expected = 'a scope that a client or an application has';
    const found = problem(`${quote(scope)}, which no client and no application has`, expected, fix);
    return [issue('unknown-scope', pointer(at, 'scopes', index), found)];
  });
}

/** scopeIssues returns what keeps routes from being served for the scopes that they want. */
export function scopeIssues(parts: Parts): Issue[] {
  const known = new Set([...grantedScopes(parts).values()].flatMap((scopes) => [...scopes]));
  return parts.routes.flatMap((route) => [
    ...unknownClients(route),
    ...unknownScopes(route, known),
  ]);
}

// None of those who are allowed has all of it: the route is closed.
function closed({ at, allow, scopes }: RouteConfig, granted: Granted): Issue[] {
  if (scopes.length === 0 || typeof allow === 'string') return [];
  const has = (client: string): boolean => scopes.every((one) => granted.get(client)?.has(one));
  if (allow.clients.some(has)) return [];
  const found = problem(
    'scopes of which no allowed client has all',
    'at least one client that may use the route',
    'give the scopes to a client in "allow", or to an application of it',
  );
  return [issue('allows-nobody', pointer(at, 'scopes'), found, { severity: 'warning' })];
}

/** scopeWarnings returns what is sound and yet lets nobody in. */
export function scopeWarnings(parts: Parts): Issue[] {
  const granted = grantedScopes(parts);
  return parts.routes.flatMap((route) => closed(route, granted));
}
