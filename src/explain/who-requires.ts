/**
 * Owns the words for who requires a certificate of a client that presents none: the route, or else what the connection was
 * made for. Pure.
 */
import { quote } from '../parsed.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { Facts } from './explanation.js';
import { routeNamed } from './route-named.js';

/** whoRequires names it; the listener and its server names can ask for more than the route does. */
export function whoRequires(
  { listener, serverName, route }: Pick<Facts, 'listener' | 'serverName' | 'route'>,
  snapshot: Snapshot,
): string {
  const to = routeNamed(snapshot, route);
  if (to?.allow !== 'anyone') return 'this route requires one';
  const on = snapshot.listeners.find(({ name }) => name === listener);
  const own = on?.names.find(({ name }) => name === serverName);
  const who =
    own === undefined ? `listener ${quote(listener)}` : `server name ${quote(serverName)}`;
  return `${who} requires one ("clientAuth"), although route ${quote(route)} admits anyone`;
}
