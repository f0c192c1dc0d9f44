/**
 * Owns the checks that need more than one entry, or the files that entries name. Pure. They take any set of sound entries,
 * so that a report is complete also when other entries have mistakes.
 */

import { MOST_SOCKET_PATH } from '../config/addresses.js';
import type {
  ConfigParts,
  FileAt,
  ListenerConfig,
  RouteConfig,
  TcpRouteConfig,
  UpstreamConfig,
} from '../config/config.js';
import { type Material, ownCertificates } from '../config/material.js';
import { type Issue, issue, pointer } from '../document/issue.js';
import { literal, type Parsed, problem, quote } from '../parsed.js';
import { pathText } from '../routing/path-pattern.js';
import { type Conflict, findConflicts } from '../routing/route-table.js';
import { bindIssues } from './bind-rules.js';
import { clientIssues } from './client-rules.js';
import { forwardingIssues } from './forwarding-rules.js';
import { scopeIssues } from './scope-rules.js';
import { selfSignedIssues } from './self-signed.js';
import { rulesFor } from './server-name-rules.js';
import { upstreamTlsIssues } from './upstream-tls-rules.js';

/** checkParts returns everything that keeps these entries from being served together. */
export function checkParts(parts: ConfigParts, material: Material): Issue[] {
  return [
    ...fileIssues(parts, material),
    ...parts.upstreams.flatMap(socketIssues),
    ...parts.upstreams.flatMap((upstream) => upstreamTlsIssues(upstream, parts.trust)),
    ...adminIssues(parts),
    ...bindIssues(parts.listeners),
    ...allRoutes(parts).flatMap((route) => anonymityIssues(route, parts.listeners)),
    ...allRoutes(parts).flatMap((route) => identityIssues(route, parts.listeners)),
    ...forwardingIssues(parts),
    ...scopeIssues(parts),
    ...parts.trust.flatMap((trust) => selfSignedIssues(trust, parts)),
    ...parts.clients.flatMap(clientIssues),
    ...findConflicts(parts.routes).map(conflictIssue),
    ...serverNameConflicts(parts.tcpRoutes),
  ];
}

type AnyRoute = RouteConfig | TcpRouteConfig;

const allRoutes = ({ routes, tcpRoutes }: ConfigParts): readonly AnyRoute[] => [
  ...routes,
  ...tcpRoutes,
];

function fileIssues(parts: ConfigParts, material: Material): Issue[] {
  const { trust } = parts;
  const { certificates, lists, secrets } = material;
  const pairs = ownCertificates(parts);
  return [
    ...trust.flatMap(({ ca }) => ca).flatMap((file) => fileIssue(file, certificates)),
    ...trust
      .flatMap(({ revocation }) => revocation?.files ?? [])
      .flatMap((file) => fileIssue(file, lists)),
    ...pairs.flatMap(({ cert, key }) => [
      ...fileIssue(cert, certificates),
      ...fileIssue({ path: key.secret, at: key.at }, secrets),
    ]),
  ];
}

function fileIssue({ path, at }: FileAt, found: ReadonlyMap<string, Parsed<unknown>>): Issue[] {
  const looked = found.get(path);
  if (looked === undefined) throw new TypeError(`the material lacks ${path}`);
  if (looked.ok) return [];
  const words = `${literal(path)}: ${looked.problem.found}`;
  return [issue('file-unusable', at, { ...looked.problem, found: words })];
}

// A relative path is short in the file, and as long as its folder makes it.
function socketIssues({ at, endpoints }: UpstreamConfig): Issue[] {
  return endpoints.flatMap((endpoint, index) => {
    const bytes = endpoint.kind === 'unix' ? Buffer.byteLength(endpoint.path) : 0;
    if (endpoint.kind !== 'unix' || bytes <= MOST_SOCKET_PATH) return [];
    const found = `${literal(endpoint.path)}: ${bytes} bytes`;
    const expected = `a socket path of at most ${MOST_SOCKET_PATH} bytes, with its folder`;
    return [issue('bad-value', pointer(at, 'endpoints', index), problem(found, expected))];
  });
}

function adminIssues({ operation: { adminSocket } }: ConfigParts): Issue[] {
  const bytes = adminSocket === null ? 0 : Buffer.byteLength(adminSocket);
  if (adminSocket === null || bytes <= MOST_SOCKET_PATH) return [];
  const found = `${literal(adminSocket)}: ${bytes} bytes`;
  const expected = `a socket path of at most ${MOST_SOCKET_PATH} bytes, with its folder`;
  return [issue('bad-value', '/admin/socket', problem(found, expected))];
}

// On a listener that requires a certificate nobody gets as far as the route without one: "anyone" would promise too much.
function anonymityIssues(route: AnyRoute, listeners: readonly ListenerConfig[]): Issue[] {
  if (route.allow !== 'anyone') return [];
  const own = route.listeners.map((name) => listeners.find((listener) => listener.name === name));
  const isOpen = (listener: ListenerConfig): boolean =>
    rulesFor(route, listener).some(({ clientAuth }) => clientAuth !== 'required');
  if (own.some((listener) => listener === undefined || isOpen(listener))) return [];
  const found = problem(
    '"anyone", but every listener of this route requires a client certificate',
    '"any-trusted", or a listener or server name with "clientAuth": "optional" or "none"',
    'write "any-trusted", unless clients without a certificate should be admitted',
  );
  return [issue('anonymous-not-possible', pointer(route.at, 'allow'), found)];
}

// Where no certificate is asked for, nobody is known: a route that asks who the client is would refuse everybody.
function identityIssues(route: AnyRoute, listeners: readonly ListenerConfig[]): Issue[] {
  if (route.allow === 'anyone') return [];
  const own = route.listeners.map((name) => listeners.find((listener) => listener.name === name));
  const asks = (listener: ListenerConfig): boolean =>
    rulesFor(route, listener).some(({ clientAuth }) => clientAuth !== 'none');
  if (own.some((listener) => listener === undefined || asks(listener))) return [];
  const found = problem(
    'clients with certificates, but no listener or server name of this route asks for a certificate',
    '"anyone", or a listener or server name with "clientAuth": "required" or "optional"',
    'set "clientAuth" on a listener of this route, or write "anyone" if anyone should be admitted',
  );
  return [issue('allows-nobody', pointer(route.at, 'allow'), found)];
}

function partialConflict({ first, second, listener }: Conflict<RouteConfig>): Issue {
  const found = problem(
    `a path that matches some of the same requests as that of route ${quote(first.name)} at ${first.at} (listener ${quote(listener)})`,
    'the same "trailingSlash" and "ignoreCase" for both, or paths that differ in more than that',
    'set both keys alike on both routes, or remove one route',
  );
  return issue('route-conflict', second.at, found);
}

function conflictIssue(conflict: Conflict<RouteConfig>): Issue {
  const { first, second, listener, methods, inPart } = conflict;
  if (inPart) return partialConflict(conflict);
  const which = methods === null ? 'any method' : methods.join(', ');
  const where = second.host === null ? 'any host' : `host ${quote(second.host)}`;
  const what = `${which}, ${where}, path ${quote(pathText(second.path))}, listener ${quote(listener)}`;
  const found = problem(
    `the same requests as route ${quote(first.name)} at ${first.at} (${what})`,
    'routes that differ in host, path, method or listener',
    'remove one route, or merge their "allow" lists',
  );
  return issue('route-conflict', second.at, found);
}

// One server name leads to one service.
function serverNameConflicts(routes: readonly TcpRouteConfig[]): Issue[] {
  const taken = new Map<string, TcpRouteConfig>();
  return routes.flatMap((route) => {
    const found = route.listeners.flatMap((listener) => {
      const key = `${listener} ${route.serverName ?? ''}`;
      const first = taken.get(key);
      if (first === undefined) taken.set(key, route);
      return first === undefined || first === route ? [] : [{ first, listener }];
    });
    return found
      .slice(0, 1)
      .map(({ first, listener }) => serverNameConflict(route, first, listener));
  });
}

function serverNameConflict(route: TcpRouteConfig, first: TcpRouteConfig, listener: string): Issue {
  const name = quote(route.serverName ?? '*');
  const found = problem(
    `the server name ${name} of route ${quote(first.name)} at ${first.at} again (listener ${quote(listener)})`,
    'routes that differ in server name or listener',
    'remove one route, or merge their "allow" lists',
  );
  return issue('route-conflict', pointer(route.at, 'match', 'serverName'), found);
}
