/**
 * Owns the figure for a request that the gateway passes to an upstream, and the check that it does so over
 * connections that are used again.
 */
import type { Bench, Server } from '../bench.js';
import { PROXIED_PATH } from '../peers/peer.js';
import type { Measure, Sample } from './measure.js';
import { takeRequests } from './requests.js';

const REQUESTS_PER_CONNECTION = 10;

async function take(bench: Bench, server: Server): Promise<Sample> {
  const before = await bench.upstream.accepted();
  const sample = await takeRequests(bench, server, PROXIED_PATH);
  // The second question opened one connection itself.
  const opened = (await bench.upstream.accepted()) - before - 1;
  const most =
    bench.settings.connections + Number(sample.details.requests) / REQUESTS_PER_CONNECTION;
  if (opened > most) {
    throw new Error(`${opened} upstream connections for ${sample.details.requests} requests`);
  }
  return { ...sample, details: { ...sample.details, upstreamConnections: opened } };
}

export const proxiedRequest: Measure = Object.freeze({
  name: 'proxied',
  title: 'Proxied request, kept-alive on both sides',
  unit: 'CPU µs',
  needsNewServer: false,
  take,
} satisfies Measure);
