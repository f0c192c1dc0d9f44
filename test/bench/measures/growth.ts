/**
 * Owns the growth curves: what a request, and what a connection with its first request, costs as the configuration grows
 * to many routes and pins. The request is for the last route, the client's pin is the last one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Server, USUAL } from '../bench.js';
import { cpuBetween, readCpu } from '../cpu.js';
import { hold, letGo } from '../idle-connections.js';
import { growthPath } from '../peers/peer.js';
import type { Settings } from '../settings.js';
import type { Measure, Sample } from './measure.js';
import { takeRequests } from './requests.js';

const LAST_CLOSE_MS = 50;

async function takeConnections(bench: Bench, server: Server, routes: number): Promise<Sample> {
  const count = bench.settings.growthConnections;
  const before = readCpu(server.running.pid);
  const client = await hold(bench, server, { path: growthPath(routes), count });
  await letGo(client, server);
  await sleep(LAST_CLOSE_MS);
  const cpu = cpuBetween(before, readCpu(server.running.pid));
  return { value: cpu / count, details: { connections: count } };
}

function growthRequest(routes: number, connections: number): Measure {
  const path = growthPath(routes);
  return Object.freeze({
    name: `growth-request-${routes}`,
    family: 'growth',
    title: `Static request, the last of ${routes} routes and pins`,
    unit: 'CPU µs',
    server: 'shared',
    variant: { ...USUAL, routes },
    take: (bench, server) => takeRequests(bench, server, { path, connections }),
  } satisfies Measure);
}

function growthConnection(routes: number): Measure {
  return Object.freeze({
    name: `growth-connection-${routes}`,
    family: 'growth',
    title: `Connection with one request, the last of ${routes} routes and pins`,
    unit: 'CPU µs',
    server: 'shared',
    variant: { ...USUAL, routes },
    take: (bench, server) => takeConnections(bench, server, routes),
  } satisfies Measure);
}

/** growth has both figures for each size of the settings. */
export function growth(settings: Settings): readonly Measure[] {
  return [
    ...settings.growthSizes.map((size) => growthRequest(size, settings.growthLoad)),
    ...settings.growthSizes.map(growthConnection),
  ];
}
