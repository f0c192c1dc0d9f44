/**
 * Owns the request load: wrk over kept-alive mutual-TLS connections, and the CPU time that the server spends on a
 * request. The window opens once every connection has had an answer and closes before the first connection does.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Server } from '../bench.js';
import { type CpuReading, cpuBetween, readCpu } from '../cpu.js';
import { countsBetween, latencyDetails } from '../latency.js';
import { clearCounters, type LoadCounters, readCounters } from '../load-counters.js';
import { type Running, start, succeeded, until } from '../processes.js';
import type { Sample } from './measure.js';

const FIRST_ANSWERS_MS = 60_000;
const WARM_UP_MS = 200;
const ANSWER_SECONDS = 30;
const END_MS = 30_000;
const FEW_REQUESTS_MS = 30_000;
const WRK_SPARE_SECONDS = 90;

/** Load is what wrk is told to do. */
export interface Load {
  readonly path: string;
  readonly connections: number;
}

/** connectionsText says how many. */
export function connectionsText(connections: number): string {
  return connections === 1 ? '1 connection' : `${connections} connections`;
}

interface Moment {
  readonly at: number;
  readonly counters: LoadCounters;
  readonly cpu: CpuReading;
}

function moment(server: Server, counters: string): Moment {
  const cpu = readCpu(server.running.pid);
  return { at: performance.now(), counters: readCounters(counters), cpu };
}

function startWrk(bench: Bench, server: Server, load: Load, counters: string): Running {
  const { settings, clients, cpus } = bench;
  const seconds = Math.ceil(settings.windowMs / 1000) + WRK_SPARE_SECONDS;
  const preload = [`LD_PRELOAD=${clients.preload}`, `BENCH_COUNTERS=${counters}`];
  const options = ['-t1', `-c${load.connections}`, `-d${seconds}s`];
  const url = `https://127.0.0.1:${server.port}${load.path}`;
  const args = [...preload, 'wrk', ...options, '--timeout', `${ANSWER_SECONDS}s`, url];
  const env = clients.env[server.variant.serverKey];
  return start({ program: 'env', args, env }, { cpu: cpus.client, output: true });
}

// wrk's own count is of answers, the library's is of requests: they may differ by what was in flight.
function checkSummary(summary: string, requests: number, connections: number): void {
  const problem = /^.*(Socket errors|Non-2xx).*$/m.exec(summary)?.[0];
  const answers = /^\s*(\d+) requests in /m.exec(summary)?.[1];
  if (problem !== undefined || answers === undefined) {
    throw new Error(`wrk: ${(problem ?? summary).trim()}`);
  }
  const unanswered = requests - Number(answers);
  if (unanswered < 0 || unanswered > connections) {
    throw new Error(`wrk sent ${requests} requests on ${connections} connections, got ${answers}`);
  }
}

function sampleOf(before: Moment, after: Moment): Sample {
  const cpu = cpuBetween(before.cpu, after.cpu);
  const requests = after.counters.requests - before.counters.requests;
  const wallUs = (after.at - before.at) * 1000;
  const latencies = countsBetween(before.counters.latencies, after.counters.latencies);
  const details = {
    requests,
    received: after.counters.received - before.counters.received,
    perSecond: (requests / wallUs) * 1e6,
    coreBusy: cpu / wallUs,
    ...latencyDetails(latencies),
  };
  return { value: cpu / requests, details };
}

async function measureWindow(
  server: Server,
  load: { readonly wrk: Running; readonly counters: string; readonly connections: number },
  windowMs: number,
): Promise<Sample> {
  const { connections } = load;
  const what = 'not every connection of wrk got an answer';
  // A client may be done with its handshake while the server still has to verify it.
  const isOpen = (): boolean => readCounters(load.counters).answered >= connections;
  await until(isOpen, { what, running: load.wrk, ms: FIRST_ANSWERS_MS });
  await sleep(WARM_UP_MS);
  const before = moment(server, load.counters);
  await sleep(windowMs);
  // Only on a machine that is busy otherwise has the window to be longer than asked for.
  const enough = (): boolean =>
    readCounters(load.counters).requests - before.counters.requests >= connections;
  const few = `fewer than ${connections} requests`;
  await until(enough, { what: few, running: load.wrk, ms: FEW_REQUESTS_MS });
  const after = moment(server, load.counters);
  const { handshakes } = after.counters;
  if (handshakes !== connections) {
    throw new Error(`${handshakes - connections} kept-alive connections were closed under load`);
  }
  return sampleOf(before, after);
}

/** takeRequests returns the CPU microseconds of the server for one request of the load. */
export async function takeRequests(bench: Bench, server: Server, load: Load): Promise<Sample> {
  const counters = join(bench.directory, 'counters');
  clearCounters(counters);
  const wrk = startWrk(bench, server, load, counters);
  const { connections } = load;
  try {
    return await measureWindow(server, { wrk, counters, connections }, bench.settings.windowMs);
  } finally {
    // On an interrupt wrk ends early and still prints its summary. When the window failed, too, the summary says why, so
    // its error may well take the place of the other.
    wrk.child.kill('SIGINT');
    await succeeded(wrk, 'wrk', END_MS);
    checkSummary(wrk.stdout(), readCounters(counters).requests, connections);
  }
}
