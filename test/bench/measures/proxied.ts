/**
 * Owns the figures for a request that the gateway passes to an upstream, and the check that it does so over
 * connections that are used again.
 */
import type { Bench, Server } from '../bench.js';
import { PROXIED_PATH } from '../peers/peer.js';
import type { Settings } from '../settings.js';
import type { Measure, Sample } from './measure.js';
import { connectionsText, type Load, takeRequests } from './requests.js';

const REQUESTS_PER_CONNECTION = 10;

/** takeProxied is takeRequests for a path that leads to the upstream. */
export async function takeProxied(bench: Bench, server: Server, load: Load): Promise<Sample> {
  const before = await bench.upstream.accepted();
  const sample = await takeRequests(bench, server, load);
  // The second question opened one connection itself.
  const opened = (await bench.upstream.accepted()) - before - 1;
  const most = load.connections + Number(sample.details.requests) / REQUESTS_PER_CONNECTION;
  if (opened > most) {
    throw new Error(`${opened} upstream connections for ${sample.details.requests} requests`);
  }
  return { ...sample, details: { ...sample.details, upstreamConnections: opened } };
}

/** proxiedRequests has one measure for each number of connections. */
export function proxiedRequests(settings: Settings): readonly Measure[] {
  return settings.connections.map((connections) =>
    Object.freeze({
      name: `proxied-${connections}`,
      family: 'proxied',
      title: `Proxied request, ${connectionsText(connections)}`,
      unit: 'CPU µs',
      server: 'shared',
      take: (bench, server) => takeProxied(bench, server, { path: PROXIED_PATH, connections }),
    } satisfies Measure),
  );
}
