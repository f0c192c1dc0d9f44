/**
 * Owns the figure for an idle connection: what the server's processes grow by for each connection that has carried one
 * request and waits for the next. Kernel memory is not counted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Server } from '../bench.js';
import { readMemory } from '../memory.js';
import { STATIC_PATH } from '../peers/peer.js';
import { type Running, start, succeeded, until } from '../processes.js';
import type { Measure, Sample } from './measure.js';

const THREADS = 4;
const OPEN_MS = 120_000;
const END_MS = 20_000;
const FIRST_CONNECTIONS = 10;

async function hold(bench: Bench, server: Server, count: number): Promise<Running> {
  const { clients, cpus } = bench;
  const args = [String(server.port), String(count), String(THREADS), STATIC_PATH];
  const client = start(
    { program: clients.idle, args, env: clients.env },
    { cpu: cpus.client, output: true },
  );
  const what = `${server.peer.name} did not take ${count} connections`;
  const isReady = (): boolean => client.stdout().startsWith('ready');
  await until(isReady, { what, running: client, ms: OPEN_MS });
  return client;
}

async function letGo(client: Running, server: Server): Promise<void> {
  client.child.stdin?.end();
  await succeeded(client, `idle connections to ${server.peer.name}`, END_MS);
}

async function take(bench: Bench, server: Server): Promise<Sample> {
  const { idleConnections, settleMs } = bench.settings;
  // What a server sets up once, with its first connections, is not the price of the others.
  await letGo(await hold(bench, server, FIRST_CONNECTIONS), server);
  await sleep(settleMs);
  const before = readMemory(server.running.pid);
  const client = await hold(bench, server, idleConnections);
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

export const idleConnection: Measure = Object.freeze({
  name: 'idle',
  title: 'Idle connection, after one request',
  unit: 'KiB',
  needsNewServer: true,
  take,
} satisfies Measure);
