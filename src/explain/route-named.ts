/**
 * Owns the look-up of a route of a snapshot by its name, whatever it is for. Pure.
 */
import type { TcpRouteConfig } from '../config/config.js';
import type { Snapshot, SnapshotRoute } from '../snapshot/snapshot.js';

/** AnyRoute is a route for requests or for connections. */
export type AnyRoute = SnapshotRoute | TcpRouteConfig;

/** routeNamed returns undefined when the snapshot has no such route. */
export const routeNamed = ({ routes, tcpRoutes }: Snapshot, route: string): AnyRoute | undefined =>
  routes.find(({ name }) => name === route) ?? tcpRoutes.find(({ name }) => name === route);
