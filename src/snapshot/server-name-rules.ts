/**
 * Owns the question under which client rules a route can be reached: those of its host's server name, or any of a
 * listener when the route takes any host. As native/tls/server_names.h chooses, so that what is said here is what holds. Pure.
 */
import type { ClientRules, ListenerConfig, RouteConfig } from '../config/config.js';
import { coversHost } from '../routing/host.js';

/** allRules lists the rules of a listener: its own, and those of its server names. */
export function allRules(listener: ListenerConfig): readonly ClientRules[] {
  return [listener, ...listener.names];
}

/** rulesFor lists the rules under which requests of a route may come in on a listener. */
export function rulesFor(
  { host }: Pick<RouteConfig, 'host'>,
  listener: ListenerConfig,
): readonly ClientRules[] {
  if (host === null) return allRules(listener);
  const exact = listener.names.find(({ name }) => name === host);
  return [exact ?? listener.names.find(({ name }) => coversHost(name, host)) ?? listener];
}
