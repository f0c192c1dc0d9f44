/**
 * Owns the figures for a request that the gateway answers by itself.
 */
import { STATIC_PATH } from '../peers/peer.js';
import type { Settings } from '../settings.js';
import type { Measure } from './measure.js';
import { connectionsText, takeRequests } from './requests.js';

/** staticRequests has one measure for each number of connections. */
export function staticRequests(settings: Settings): readonly Measure[] {
  return settings.connections.map((connections) =>
    Object.freeze({
      name: `static-${connections}`,
      family: 'static',
      title: `Static request, ${connectionsText(connections)}`,
      unit: 'CPU µs',
      server: 'shared',
      take: (bench, server) => takeRequests(bench, server, { path: STATIC_PATH, connections }),
    } satisfies Measure),
  );
}
