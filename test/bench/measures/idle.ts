/**
 * Owns the figures for an idle connection: what the server's processes grow by for each connection that has carried one
 * answer, a small or a large one, and waits for the next request. Kernel memory is not counted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Server, USUAL, type Variant } from '../bench.js';
import { hold, letGo } from '../idle-connections.js';
import { readMemory } from '../memory.js';
import { MEBIBYTE_PATH, STATIC_PATH } from '../peers/peer.js';
import type { Settings } from '../settings.js';
import type { Measure, Sample, ServerMeasure } from './measure.js';

const FIRST_CONNECTIONS = 10;
const HTTP2: Variant = { ...USUAL, http2: true };

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

function idle(name: string, title: string, path: string): Omit<ServerMeasure, 'family'> {
  return {
    name,
    title,
    unit: 'KiB',
    server: 'new',
    mostRounds: 1,
    take: (bench, server) => take(bench, server, path),
  };
}

/** idleConnections are the measure after a small answer and the one after a download. */
export function idleConnections(_settings: Settings): readonly Measure[] {
  return [
    idle('idle-request', 'Idle connection, after one request', STATIC_PATH),
    idle('idle-download', 'Idle connection, after a 1 MiB download', MEBIBYTE_PATH),
  ].map((measure) => Object.freeze({ ...measure, family: 'idle' }));
}

/** idleHttp2Connections is the same over HTTP/2. */
export function idleHttp2Connections(): readonly Measure[] {
  return [
    idle('h2-idle-request', 'HTTP/2: idle connection, after one request', STATIC_PATH),
    idle('h2-idle-download', 'HTTP/2: idle connection, after a 1 MiB download', MEBIBYTE_PATH),
  ].map((measure) => Object.freeze({ ...measure, family: 'http2', variant: HTTP2 }));
}
