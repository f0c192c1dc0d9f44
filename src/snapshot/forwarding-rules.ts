/**
 * Owns the rules for what a route changes on the way to its upstream, where they need more than the value itself: the route's
 * path, its upstream, and the identity headers of the whole configuration. Pure.
 */
import { type ProxyAction, proxyOf } from '../config/action.js';
import type { ConfigParts, RouteConfig } from '../config/config.js';
import { type ForwardedIdentity, foldFieldName } from '../config/forwarded-identity.js';
import { type Issue, issue, pointer } from '../document/issue.js';
import { problem, quote } from '../parsed.js';
import { pathText } from '../routing/path-pattern.js';

/** forwardingIssues returns everything about rewriting and header edits that keeps routes from being served. */
export function forwardingIssues({ listeners, routes, upstreams }: ConfigParts): Issue[] {
  const told = [...listeners, ...routes].flatMap(({ forwardIdentity }) => forwardIdentity ?? []);
  const identity = new Set(told.flatMap(ownHeader).map(foldFieldName));
  return routes.flatMap((route) => {
    const proxy = proxyOf(route.action);
    if (proxy === null) return [];
    return [
      ...foreignPrefix(route, proxy),
      ...upgradeWithoutHttp1(route, proxy, upstreams),
      ...identityEdits(route, proxy, identity),
    ];
  });
}

const ownHeader = (entry: ForwardedIdentity): string[] =>
  typeof entry === 'object' && 'header' in entry ? [entry.header] : [];

// An upgrade is a thing of HTTP/1.1 (RFC 9113 section 8.6), whatever the client came by.
function upgradeWithoutHttp1(
  { at }: RouteConfig,
  { upstream, upgrade }: ProxyAction,
  upstreams: ConfigParts['upstreams'],
): Issue[] {
  if (upgrade === null) return [];
  const service = upstreams.find(({ name }) => name === upstream);
  if (service?.protocol !== 'h2') return [];
  const found = problem(
    `"upgrade" on a route to ${quote(service.name)}, which speaks HTTP/2`,
    'an upstream with "protocol": "http1"',
    'give the route an upstream of its own with "protocol": "http1"',
  );
  return [issue('bad-value', pointer(at, 'upgrade'), found, { mark: 'key' })];
}

// What is taken away must be there in every request that the route takes.
function foreignPrefix({ at, path }: RouteConfig, { rewrite }: ProxyAction): Issue[] {
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
function identityEdits(
  { at }: RouteConfig,
  { headers }: ProxyAction,
  identity: ReadonlySet<string>,
): Issue[] {
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
