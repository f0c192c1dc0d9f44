/**
 * Owns the rounds: each takes each measure of each peer, the order of peers moving on from round to round. Servers that
 * are shared by measures run from the first round to the end, idle unless it is their turn.
 */
import {
  type Bench,
  checkServer,
  messageOf,
  type Server,
  startPeer,
  USUAL,
  type Variant,
} from './bench.js';
import { type Measure, type Sample, takesPart } from './measures/measure.js';
import type { Peer } from './peers/peer.js';
import { stop } from './processes.js';
import type { Series } from './report.js';

/** SharedServers starts each peer once for each variant that is asked for. */
export class SharedServers {
  readonly #bench: Bench;
  readonly #servers = new Map<string, Server>();

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** get returns a server that answers and refuses as it should. */
  async get(peer: Peer, variant: Variant = USUAL): Promise<Server> {
    const more = variant.moreAuthorities === true ? ' more authorities' : '';
    const key = `${peer.name} ${variant.serverKey} ${variant.routes}${more}`;
    const running = this.#servers.get(key);
    if (running !== undefined) {
      return running;
    }
    const server = await startPeer(this.#bench, peer, { variant });
    await checkServer(this.#bench, server);
    this.#servers.set(key, server);
    return server;
  }

  /** close checks them all once more and stops them. */
  async close(): Promise<void> {
    for (const server of this.#servers.values()) {
      await checkServer(this.#bench, server);
      await stop(server.running);
    }
  }
}

async function takeOne(servers: SharedServers, measure: Measure, on: Subject): Promise<Sample> {
  const { bench, peer } = on;
  if (measure.server === 'none') {
    return measure.take(bench, peer);
  }
  if (measure.server === 'shared') {
    return measure.take(bench, await servers.get(peer, measure.variant));
  }
  const fresh = await startPeer(bench, peer, { variant: measure.variant ?? USUAL });
  const sample = await measure.take(bench, fresh);
  await stop(fresh.running);
  return sample;
}

interface Subject {
  readonly bench: Bench;
  readonly peer: Peer;
}

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const first = by % Math.max(1, list.length);
  return [...list.slice(first), ...list.slice(0, first)];
}

function keyOf(measure: Measure, peer: Peer): string {
  return `${measure.name} ${peer.name}`;
}

/** Plan is who is measured and what. */
export interface Plan {
  readonly peers: readonly Peer[];
  readonly measures: readonly Measure[];
}

/** takeRounds returns all samples of all rounds, measure by measure; `say` is told after each round. */
export async function takeRounds(
  bench: Bench,
  servers: SharedServers,
  plan: Plan & { readonly say: (text: string) => void },
): Promise<readonly Series[]> {
  const samples = new Map<string, Sample[]>();
  const { rounds } = bench.settings;
  for (let round = 0; round < rounds; ++round) {
    for (const measure of plan.measures.filter((one) => round < (one.mostRounds ?? rounds))) {
      for (const peer of rotated(plan.peers, round).filter((one) => takesPart(one, measure))) {
        try {
          const sample = await takeOne(servers, measure, { bench, peer });
          const key = keyOf(measure, peer);
          samples.set(key, [...(samples.get(key) ?? []), sample]);
        } catch (cause) {
          throw new Error(`${measure.name}, ${peer.name}: ${messageOf(cause)}`, { cause });
        }
      }
    }
    plan.say(`round ${round + 1} of ${rounds} done`);
  }
  return seriesOf(samples, plan);
}

function seriesOf(samples: ReadonlyMap<string, readonly Sample[]>, plan: Plan): readonly Series[] {
  return plan.measures.flatMap((measure) =>
    plan.peers
      .filter((peer) => takesPart(peer, measure))
      .map((peer) => ({
        measure: measure.name,
        title: measure.title,
        unit: measure.unit,
        peer: peer.name,
        samples: samples.get(keyOf(measure, peer)) ?? [],
      })),
  );
}
