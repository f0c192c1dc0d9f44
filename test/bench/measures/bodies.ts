/**
 * Owns the figures for bodies that pass through the proxy: what a GiB of them costs, by the size of the response.
 */
import type { Bench, Server } from '../bench.js';
import { BODIES, type Body } from '../peers/peer.js';
import type { Settings } from '../settings.js';
import type { Measure, Sample } from './measure.js';
import { takeProxied } from './proxied.js';

const GIB = 2 ** 30;
// From here on the response's head is next to nothing, and a body takes long enough to be cut by the window.
const LARGE_BYTES = 2 ** 20;

async function take(
  bench: Bench,
  server: Server,
  load: { readonly body: Body; readonly connections: number },
): Promise<Sample> {
  const { body, connections } = load;
  const { value, details } = await takeProxied(bench, server, { path: body.path, connections });
  const requests = Number(details.requests);
  const bytes = body.bytes < LARGE_BYTES ? requests * body.bytes : Number(details.received);
  const cpuSeconds = (value * requests) / 1e6;
  return { value: cpuSeconds / (bytes / GIB), details };
}

/** bodies has one measure for each size of BODIES. */
export function bodies(settings: Settings): readonly Measure[] {
  return BODIES.map((body) => {
    const connections = Math.min(body.connections, settings.mostConnections);
    return Object.freeze({
      name: `body-${body.name}`,
      family: 'bodies',
      title: `Body of ${body.title} through the proxy`,
      unit: 'CPU s/GiB',
      server: 'shared',
      take: (bench, server) => take(bench, server, { body, connections }),
    } satisfies Measure);
  });
}
