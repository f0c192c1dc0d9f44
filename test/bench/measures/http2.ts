/**
 * Owns the figures for HTTP/2: h2load with many streams on each connection, and the CPU time that the server spends. What
 * connections cost to open is in two runs of different length alike, and taken away by their difference.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Server, USUAL } from '../bench.js';
import { cpuBetween, readCpu } from '../cpu.js';
import { clearCounters } from '../load-counters.js';
import { BODIES, PROXIED_PATH, STATIC_PATH } from '../peers/peer.js';
import { start, succeeded } from '../processes.js';
import type { Settings } from '../settings.js';
import { idleHttp2Connections } from './idle.js';
import type { Measure, Sample } from './measure.js';

const END_MS = 300_000;
const LAST_CLOSE_MS = 50;
const STREAMS = 10;
const CONNECTIONS = 64;
const REQUESTS_A_SECOND = 60_000;
const DOWNLOADS_A_SECOND = 60;
const GIB = 2 ** 30;

/** Load is what h2load is told to do, in a short run and in a long one. */
interface Load {
  readonly path: string;
  readonly connections: number;
  readonly streams: number;
  readonly requests: number;
}

/** checkSummary throws unless h2load says that every request was answered with a 2xx, over HTTP/2. */
export function checkSummary(summary: string, requests: number): void {
  const expected = [
    /^Application protocol: h2$/m,
    new RegExp(`^requests: ${requests} total, .* ${requests} succeeded, 0 failed, 0 errored,`, 'm'),
    new RegExp(`^status codes: ${requests} 2xx,`, 'm'),
  ];
  if (expected.some((line) => !line.test(summary))) throw new Error(`h2load: ${summary.trim()}`);
}

/** runLoad returns the CPU microseconds of the server for the whole run. */
async function runLoad(bench: Bench, server: Server, load: Load): Promise<number> {
  const { clients, cpus } = bench;
  const counters = join(bench.directory, 'counters');
  clearCounters(counters);
  const preload = [`LD_PRELOAD=${clients.preload}`, `BENCH_COUNTERS=${counters}`];
  const { connections, streams, requests } = load;
  const options = ['-t1', `-c${connections}`, `-m${streams}`, `-n${requests}`];
  const url = `https://127.0.0.1:${server.port}${load.path}`;
  const env = clients.env[server.variant.serverKey];
  const before = readCpu(server.running.pid);
  const h2load = start(
    { program: 'env', args: [...preload, 'h2load', ...options, url], env },
    { cpu: cpus.client, output: true },
  );
  await succeeded(h2load, 'h2load', END_MS);
  await sleep(LAST_CLOSE_MS);
  const cpu = cpuBetween(before, readCpu(server.running.pid));
  checkSummary(h2load.stdout(), requests);
  return cpu;
}

/** takeHttp2 returns the CPU microseconds of the server for one request. */
async function takeHttp2(bench: Bench, server: Server, load: Load): Promise<Sample> {
  const few = load.connections * load.streams;
  const short = await runLoad(bench, server, { ...load, requests: few });
  const began = performance.now();
  const long = await runLoad(bench, server, { ...load, requests: few + load.requests });
  const seconds = (performance.now() - began) / 1000;
  const details = { requests: load.requests, shortRunUs: short, longRunUs: long, seconds };
  return { value: (long - short) / load.requests, details };
}

function ofRequests(name: string, path: string, settings: Settings): Measure {
  const connections = Math.min(CONNECTIONS, settings.mostConnections);
  const requests = Math.ceil((REQUESTS_A_SECOND * settings.windowMs) / 1000);
  return Object.freeze({
    name: `h2-${name}`,
    family: 'http2',
    title: `HTTP/2: ${name} request, ${connections} connections with ${STREAMS} streams`,
    unit: 'CPU µs',
    server: 'new',
    variant: { ...USUAL, http2: true },
    take: (bench, server) =>
      takeHttp2(bench, server, { path, connections, streams: STREAMS, requests }),
  } satisfies Measure);
}

async function takeDownload(bench: Bench, server: Server, load: Load, bytes: number) {
  const { value, details } = await takeHttp2(bench, server, load);
  return { value: value / 1e6 / (bytes / GIB), details };
}

function ofDownloads(settings: Settings): readonly Measure[] {
  return BODIES.filter(({ name }) => name === '10m').map(({ path, title, bytes, connections }) => {
    const requests = Math.ceil((DOWNLOADS_A_SECOND * settings.windowMs) / 1000);
    const load = { path, connections, streams: 1, requests };
    return Object.freeze({
      name: 'h2-body-10m',
      family: 'http2',
      title: `HTTP/2: body of ${title} through the proxy`,
      unit: 'CPU s/GiB',
      server: 'new',
      variant: { ...USUAL, http2: true },
      take: (bench, server) => takeDownload(bench, server, load, bytes),
    } satisfies Measure);
  });
}

/** http2 has measures of static and of proxied requests, of a large download, and of idle connections. */
export function http2(settings: Settings): readonly Measure[] {
  return [
    ofRequests('static', STATIC_PATH, settings),
    ofRequests('proxied', PROXIED_PATH, settings),
    ...ofDownloads(settings),
    ...idleHttp2Connections(),
  ];
}
