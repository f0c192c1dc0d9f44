/**
 * Owns the question under which client rules a route can be reached: those of its host's server name, or any of a
 * listener when the route takes any host. As native/session/server_names.h chooses, so that what is said here is what holds. Pure.
 */
import type { ClientRules, ListenerConfig, RouteConfig, TcpRouteConfig } from '../config/config.js';
import { coversHost } from '../routing/host.js';

/** allRules lists the rules of a listener: its own, and those of its server names. */
export function allRules(listener: ListenerConfig): readonly ClientRules[] {
  return [listener, ...listener.names];
}

/** AnyRoute is a route by path or by server name, as far as rules for clients go. */
export type AnyRoute = Pick<RouteConfig, 'host'> | Pick<TcpRouteConfig, 'serverName'>;

/** rulesFor lists the rules under which requests (or connections) of a route may come in on a listener. */
export function rulesFor(route: AnyRoute, listener: ListenerConfig): readonly ClientRules[] {
  const host = 'host' in route ? route.host : route.serverName;
  if (host === null) return allRules(listener);
  const exact = listener.names.find(({ name }) => name === host);
  return [exact ?? listener.names.find(({ name }) => coversHost(name, host)) ?? listener];
}
