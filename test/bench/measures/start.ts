/**
 * Owns the figure for the time from the start of a server's process to its first right answer.
 */
import type { Bench } from '../bench.js';
import { startPeer } from '../bench.js';
import type { Peer } from '../peers/peer.js';
import { stop } from '../processes.js';
import { median } from '../report.js';
import type { Settings } from '../settings.js';
import type { Measure, Sample } from './measure.js';

async function take(bench: Bench, peer: Peer): Promise<Sample> {
  const times: number[] = [];
  for (let start = 0; start < bench.settings.starts; ++start) {
    const server = await startPeer(bench, peer);
    times.push(server.answeredAfterMs);
    await stop(server.running);
  }
  return {
    value: median(times),
    details: { starts: times.length, least: Math.min(...times), most: Math.max(...times) },
  };
}

/** firstAnswer is the one measure of its family. */
export function firstAnswer(_settings: Settings): readonly Measure[] {
  return [
    Object.freeze({
      name: 'start',
      family: 'start',
      title: 'Start to first answer',
      unit: 'ms',
      server: 'none',
      take,
    } satisfies Measure),
  ];
}
