/**
 * Owns the figures for a client that wants to be served while others flood the server with connections that say nothing:
 * from other addresses, and from its own. Each server has the limits that its own defaults give it.
 */
import { type Bench, type Server, USUAL, type Variant } from '../bench.js';
import { cpuBetween, readCpu } from '../cpu.js';
import { start, succeeded } from '../processes.js';
import type { Settings } from '../settings.js';
import type { Measure, Sample } from './measure.js';

const PER_SECOND = 1000;
const GRACE_MS = 15_000;
const AS_SHIPPED: Variant = { ...USUAL, ownLimits: true };

interface Outcome {
  readonly attempts: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  readonly floodConnected: number;
  readonly floodEnded: number;
}

async function take(bench: Bench, server: Server, from: 'other' | 'own'): Promise<Sample> {
  const { clients, settings, cpus } = bench;
  const args = [...[server.port, PER_SECOND, settings.floodSeconds].map(String), from];
  const before = readCpu(server.running.pid);
  const client = start(
    { program: clients.flood, args, env: clients.env.ecdsa },
    { cpu: cpus.client, output: true },
  );
  const ms = settings.floodSeconds * 1000;
  await succeeded(client, `a flood of ${server.peer.name}`, ms + GRACE_MS);
  const cpu = cpuBetween(before, readCpu(server.running.pid));
  const outcome: Outcome = JSON.parse(client.stdout());
  return { value: outcome.p99Ms, details: { ...outcome, coreBusy: cpu / (ms * 1000) } };
}

/** silentFlood has one measure for each place that the flood comes from. */
export function silentFlood(_settings: Settings): readonly Measure[] {
  const titles = { other: 'other addresses', own: 'the same address' } as const;
  return (['other', 'own'] as const).map((from) =>
    Object.freeze({
      name: `flood-${from}`,
      family: 'flood',
      title: `p99 to be served, under ${PER_SECOND} silent connections a second from ${titles[from]}`,
      unit: 'ms',
      server: 'new',
      variant: AS_SHIPPED,
      take: (bench, server) => take(bench, server, from),
    } satisfies Measure),
  );
}
