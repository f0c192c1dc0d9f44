/**
 * Owns the request load: wrk over kept-alive mutual-TLS connections, and the CPU time that the server spends on a
 * request. The window opens after all handshakes are done and closes before the first connection does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Server } from '../bench.js';
import { type CpuReading, cpuBetween, readCpu } from '../cpu.js';
import { type Running, start, succeeded, until } from '../processes.js';
import type { Sample } from './measure.js';

const HANDSHAKES_MS = 15_000;
const WARM_UP_MS = 200;
const ANSWER_SECONDS = 10;
const END_MS = 10_000;
const FEW_REQUESTS_MS = 10_000;
const WRK_SPARE_SECONDS = 40;

interface Moment {
  readonly at: number;
  readonly requests: number;
  readonly cpu: CpuReading;
}

// The two words that client-certificate-preload.c keeps, in the byte order of this machine.
function readCounters(path: string): { readonly handshakes: number; readonly requests: number } {
  const words = new BigUint64Array(new Uint8Array(readFileSync(path)).buffer);
  return { handshakes: Number(words[0]), requests: Number(words[1]) };
}

function moment(server: Server, counters: string): Moment {
  const cpu = readCpu(server.running.pid);
  return { at: performance.now(), requests: readCounters(counters).requests, cpu };
}

function startWrk(bench: Bench, server: Server, path: string, counters: string): Running {
  const { settings, clients, cpus } = bench;
  const seconds = Math.ceil(settings.windowMs / 1000) + WRK_SPARE_SECONDS;
  const preload = [`LD_PRELOAD=${clients.preload}`, `BENCH_COUNTERS=${counters}`];
  const options = [
    '-t1',
    `-c${settings.connections}`,
    `-d${seconds}s`,
    `--timeout`,
    `${ANSWER_SECONDS}s`,
  ];
  const url = `https://127.0.0.1:${server.port}${path}`;
  return start(
    { program: 'env', args: [...preload, 'wrk', ...options, url], env: clients.env },
    { cpu: cpus.client, output: true },
  );
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

async function measureWindow(
  bench: Bench,
  server: Server,
  load: { readonly wrk: Running; readonly counters: string },
): Promise<Sample> {
  const { connections, windowMs } = bench.settings;
  const handshakes = (): number => readCounters(load.counters).handshakes;
  const what = 'wrk could not open its connections';
  await until(() => handshakes() >= connections, { what, running: load.wrk, ms: HANDSHAKES_MS });
  await sleep(WARM_UP_MS);
  const before = moment(server, load.counters);
  await sleep(windowMs);
  // Only on a machine that is busy otherwise has the window to be longer than asked for.
  const enough = (): boolean =>
    readCounters(load.counters).requests - before.requests >= connections;
  const few = `fewer than ${connections} requests`;
  await until(enough, { what: few, running: load.wrk, ms: FEW_REQUESTS_MS });
  const after = moment(server, load.counters);
  if (handshakes() !== connections) {
    throw new Error(`${handshakes() - connections} kept-alive connections were closed under load`);
  }
  const cpu = cpuBetween(before.cpu, after.cpu);
  const requests = after.requests - before.requests;
  const wallUs = (after.at - before.at) * 1000;
  const details = { requests, perSecond: (requests / wallUs) * 1e6, coreBusy: cpu / wallUs };
  return { value: cpu / requests, details };
}

/** takeRequests returns the CPU microseconds of the server for one request of `path`. */
export async function takeRequests(bench: Bench, server: Server, path: string): Promise<Sample> {
  const counters = join(bench.directory, 'counters');
  writeFileSync(counters, new Uint8Array(16));
  const wrk = startWrk(bench, server, path, counters);
  try {
    return await measureWindow(bench, server, { wrk, counters });
  } finally {
    // On an interrupt wrk ends early and still prints its summary. When the window failed, too, the summary says why, so
    // its error may well take the place of the other.
    wrk.child.kill('SIGINT');
    await succeeded(wrk, 'wrk', END_MS);
    checkSummary(wrk.stdout(), readCounters(counters).requests, bench.settings.connections);
  }
}
