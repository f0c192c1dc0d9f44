/**
 * Owns the reading of one TCP route that passed the schema, and the rule for the server name that it matches.
 */
import { good, type Parsed } from '../parsed.js';
import { parseServerName } from '../routing/host.js';
import { type RouteContext, readAllow } from './allow.js';
import type { TcpRouteConfig } from './config.js';
import type { RawRoute } from './generated-shape.js';
import { memberOf } from './members.js';

/** ANY_SERVER_NAME is how a route takes whoever asks for another name, or for none. */
export const ANY_SERVER_NAME = '*';

/** parseRouteServerName reads the server name of a route: one, one with a star for its first label, or any. */
export function parseRouteServerName(text: string): Parsed<string | null> {
  return text === ANY_SERVER_NAME ? good(null) : parseServerName(text);
}

/** isTcpRoute says of a route, sound or not, that it matches by server name. */
export function isTcpRoute(raw: unknown): boolean {
  return memberOf(memberOf(raw, 'match'), 'serverName') !== undefined;
}

/** readTcpRoute reads a route; without listeners of its own it gets `allListeners`. */
export function readTcpRoute(
  at: string,
  raw: RawRoute,
  { allListeners, members }: RouteContext,
): TcpRouteConfig {
  const { serverName = ANY_SERVER_NAME } = raw.match;
  return Object.freeze({
    name: raw.name,
    at,
    listeners: Object.freeze([...(raw.listeners ?? allListeners)]),
    serverName: serverName === ANY_SERVER_NAME ? null : serverName,
    allow: readAllow(raw.allow, members),
    upstream: raw.proxy ?? '',
    sendProxyProtocol: raw.sendProxyProtocol ?? null,
  });
}
