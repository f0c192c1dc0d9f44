/**
 * Owns the figures for the memory of a server that has just started and serves nobody: program files included, summed
 * over its processes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Server } from '../bench.js';
import { type MemoryReading, readMemory } from '../memory.js';
import type { Settings } from '../settings.js';
import type { Measure, Sample } from './measure.js';

const KIB_PER_MB = 1e6 / 1024;
const MOST_ROUNDS = 3;

async function take(
  bench: Bench,
  server: Server,
  figure: 'residentKib' | 'pssKib',
): Promise<Sample> {
  await sleep(bench.settings.settleMs);
  const reading: MemoryReading = readMemory(server.running.pid);
  return { value: reading[figure] / KIB_PER_MB, details: { ...reading } };
}

/** memoryAtRest has one measure for the resident set and one for the proportional set. */
export function memoryAtRest(_settings: Settings): readonly Measure[] {
  const figures = [
    { name: 'rest-rss', title: 'Memory at rest, resident', figure: 'residentKib' },
    { name: 'rest-pss', title: 'Memory at rest, shared pages divided', figure: 'pssKib' },
  ] as const;
  return figures.map(({ name, title, figure }) =>
    Object.freeze({
      name,
      family: 'rest',
      title,
      unit: 'MB',
      server: 'new',
      mostRounds: MOST_ROUNDS,
      take: (bench, server) => take(bench, server, figure),
    } satisfies Measure),
  );
}
