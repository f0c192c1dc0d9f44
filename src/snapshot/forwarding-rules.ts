/**
 * Owns the rules for what a route changes on the way to its upstream, where they need more than the value itself: the route's
 * path, its action, and the identity headers of the whole configuration. Pure.
 */
import type { ConfigParts, RouteConfig } from '../config/config.js';
import { type ForwardedIdentity, foldFieldName } from '../config/forwarded-identity.js';
import { type Issue, issue, pointer } from '../document/issue.js';
import { problem, quote } from '../parsed.js';
import { pathText } from '../routing/path-pattern.js';

/** forwardingIssues returns everything about rewriting and header edits that keeps routes from being served. */
export function forwardingIssues({ listeners, routes, upstreams }: ConfigParts): Issue[] {
  const told = [...listeners, ...routes].flatMap(({ forwardIdentity }) => forwardIdentity ?? []);
  const identity = new Set(told.flatMap(ownHeader).map(foldFieldName));
  return routes.flatMap((route) => [
    ...withoutUpstream(route),
    ...foreignPrefix(route),
    ...upgradeWithoutHttp1(route, upstreams),
    ...identityEdits(route, identity),
  ]);
}

const ownHeader = (entry: ForwardedIdentity): string[] =>
  typeof entry === 'object' && 'header' in entry ? [entry.header] : [];

function withoutUpstream({ at, action, rewrite, headers, upgrade }: RouteConfig): Issue[] {
  if (action.kind === 'proxy') return [];
  const given = Object.entries({ rewrite, headers, upgrade }).filter(([, value]) => value !== null);
  return given.map(([key]) => {
    const found = problem(`"${key}" on a route without "proxy"`, 'a route with "proxy"');
    return issue('bad-value', pointer(at, key), found, { mark: 'key' });
  });
}

// An upgrade is a thing of HTTP/1.1 (RFC 9113 section 8.6), whatever the client came by.
function upgradeWithoutHttp1(route: RouteConfig, upstreams: ConfigParts['upstreams']): Issue[] {
  const { at, action, upgrade } = route;
  if (upgrade === null || action.kind !== 'proxy') return [];
  const service = upstreams.find(({ name }) => name === action.upstream);
  if (service?.protocol !== 'h2') return [];
  const found = problem(
    `"upgrade" on a route to ${quote(service.name)}, which speaks HTTP/2`,
    'an upstream with "protocol": "http1"',
    'give the route an upstream of its own with "protocol": "http1"',
  );
  return [issue('bad-value', pointer(at, 'upgrade'), found, { mark: 'key' })];
}

// What is taken away must be there in every request that the route takes.
function foreignPrefix({ at, path, rewrite }: RouteConfig): Issue[] {
  const stripped = rewrite?.stripPrefix ?? null;
  if (stripped === null) return [];
  const own = path.segments.slice(0, stripped.segments.length);
  if (JSON.stringify(own) === JSON.stringify(stripped.segments)) return [];
  const found = problem(
    `${quote(pathText(stripped))}, and the route's path is ${quote(pathText(path))}`,
    'the beginning of the route’s own path',
  );
  return [issue('bad-value', pointer(at, 'rewrite', 'stripPrefix'), found)];
}

// A constant in the place of what the gateway says of a client would be believed like it.
function identityEdits({ at, headers }: RouteConfig, identity: ReadonlySet<string>): Issue[] {
  if (headers === null) return [];
  const { set, add, remove } = headers.request;
  const places = [
    ...set.map(([name]) => [name, pointer(at, 'headers', 'request', 'set', name)] as const),
    ...add.map(([name]) => [name, pointer(at, 'headers', 'request', 'add', name)] as const),
    ...remove.map((name, i) => [name, pointer(at, 'headers', 'request', 'remove', i)] as const),
  ];
  return places
    .filter(([name]) => identity.has(foldFieldName(name)))
    .map(([name, place]) => {
      const found = `${quote(name)}, which "forwardIdentity" writes`;
      return issue('bad-value', place, problem(found, 'a field that is not the gateway’s own'));
    });
}
