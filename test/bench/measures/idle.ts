/**
 * Owns the figures for an idle connection: what the server's processes grow by for each connection that has carried one
 * answer, a small or a large one, and waits for the next request. Kernel memory is not counted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Server } from '../bench.js';
import { hold, letGo } from '../idle-connections.js';
import { readMemory } from '../memory.js';
import { MEBIBYTE_PATH, STATIC_PATH } from '../peers/peer.js';
import type { Settings } from '../settings.js';
import type { Measure, Sample } from './measure.js';

const FIRST_CONNECTIONS = 10;

async function take(bench: Bench, server: Server, path: string): Promise<Sample> {
  const { idleConnections, settleMs } = bench.settings;
  // What a server sets up once, with its first connections, is not the price of the others.
  await letGo(await hold(bench, server, { path, count: FIRST_CONNECTIONS }), server);
  await sleep(settleMs);
  const before = readMemory(server.running.pid);
  const client = await hold(bench, server, { path, count: idleConnections });
  await sleep(settleMs);
  const after = readMemory(server.running.pid);
  await letGo(client, server);
  return {
    value: (after.ownKib - before.ownKib) / idleConnections,
    details: {
      residentKibPerConnection: (after.residentKib - before.residentKib) / idleConnections,
      residentKibBefore: before.residentKib,
      ownKibBefore: before.ownKib,
    },
  };
}

function idle(name: string, carried: string, path: string): Measure {
  return Object.freeze({
    name,
    family: 'idle',
    title: `Idle connection, after ${carried}`,
    unit: 'KiB',
    server: 'new',
    mostRounds: 1,
    take: (bench, server) => take(bench, server, path),
  } satisfies Measure);
}

/** idleConnections are the measure after a small answer and the one after a download. */
export function idleConnections(_settings: Settings): readonly Measure[] {
  return [
    idle('idle-request', 'one request', STATIC_PATH),
    idle('idle-download', 'a 1 MiB download', MEBIBYTE_PATH),
  ];
}
