/**
 * Owns what a test can see of a running gateway from outside: its counters, its memory, its descriptors.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Counters, ListenerCounts } from '../../src/engine/native.js';
import type { TestGateway } from './gateway.js';

const PRELOAD = new URL('count-on-signal.mjs', import.meta.url);
const PATIENCE_MS = 20_000;

/** countingEnv is the environment of a gateway whose counters a test wants to read. */
export const countingEnv: NodeJS.ProcessEnv = Object.freeze({
  NODE_OPTIONS: `--import=${PRELOAD.href}`,
});

/** AllCounters are those of the whole gateway, and those of each listener. */
export type AllCounters = Counters & { readonly listeners: readonly ListenerCounts[] };

/** readCounters reads the counters of a gateway that was started with `countingEnv`. One call at a time. */
export async function readCounters({ log, signal }: TestGateway): Promise<AllCounters> {
  const from = log.lines.length;
  signal('SIGUSR2');
  const line = await log.find(
    (candidate) => candidate.event === 'counters' && log.lines.indexOf(candidate) >= from,
  );
  return line as unknown as AllCounters;
}

/** eventually asks again and again, until `holds`; it returns the last answer in any case, for the test to judge. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  holds: (answer: T) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer) || performance.now() > deadline) return answer;
    await pause(25);
  }
}

/** OpenThings counts what a gateway holds for its clients. */
export interface OpenThings {
  readonly connections: number;
  readonly handshakes: number;
  readonly requests: number;
}

export const NOTHING_OPEN: OpenThings = Object.freeze({
  connections: 0,
  handshakes: 0,
  requests: 0,
});

/** nothingLeftOpen waits for a gateway to hold nothing, and returns what it does hold in the end. */
export async function nothingLeftOpen(gateway: TestGateway): Promise<OpenThings> {
  const { connectionsOpen, handshakesOpen, requestsOpen } = await eventually(
    () => readCounters(gateway),
    (now) => now.connectionsOpen + now.handshakesOpen + now.requestsOpen === 0,
  );
  return { connections: connectionsOpen, handshakes: handshakesOpen, requests: requestsOpen };
}

/** openDescriptors counts the file descriptors of a process. */
export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** residentKiB is the memory of a process that is in use now; `peak` says the most that it ever was. */
export function residentKiB(pid: number, peak = false): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const line = new RegExp(`^${peak ? 'VmHWM' : 'VmRSS'}:\\s+(\\d+) kB$`, 'm').exec(status);
  if (line?.[1] === undefined) throw new Error(`no memory figure for process ${pid}`);
  return Number(line[1]);
}

/** forgetPeak makes the peak begin anew at the present level. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
