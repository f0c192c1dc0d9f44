/**
 * Owns the figure for a full mutual handshake: accept, handshake without resumption, close.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Server } from '../bench.js';
import { CIPHERS } from '../clients.js';
import { cpuBetween, readCpu } from '../cpu.js';
import { start, succeeded } from '../processes.js';
import { GROUPS } from '../settings.js';
import type { Measure, Sample } from './measure.js';

const THREADS = 4;
const END_MS = 120_000;
const LAST_CLOSE_MS = 50;

interface Outcome {
  readonly handshakes: number;
  readonly version: string;
  readonly cipher: string;
  readonly group: string;
  readonly tickets: number;
}

function checkOutcome(bench: Bench, outcome: Outcome): void {
  const { tls, group, handshakes } = bench.settings;
  const expected = [handshakes, `TLSv${tls}`, CIPHERS[tls], GROUPS[group]].join(' ');
  const found = [outcome.handshakes, outcome.version, outcome.cipher, outcome.group].join(' ');
  if (found !== expected) {
    throw new Error(`handshakes: expected ${expected}, got ${found}`);
  }
}

async function take(bench: Bench, server: Server): Promise<Sample> {
  const { clients, settings, cpus } = bench;
  const args = [server.port, settings.handshakes, THREADS].map(String);
  const before = readCpu(server.running.pid);
  const began = performance.now();
  const client = start(
    { program: clients.handshake, args, env: clients.env },
    { cpu: cpus.client, output: true },
  );
  await succeeded(client, `handshakes with ${server.peer.name}`, END_MS);
  const wallUs = (performance.now() - began) * 1000;
  await sleep(LAST_CLOSE_MS);
  const cpu = cpuBetween(before, readCpu(server.running.pid));
  const outcome: Outcome = JSON.parse(client.stdout());
  checkOutcome(bench, outcome);
  const perSecond = (outcome.handshakes / wallUs) * 1e6;
  return {
    value: cpu / outcome.handshakes,
    details: { ...outcome, perSecond, coreBusy: cpu / wallUs },
  };
}

export const fullHandshake: Measure = Object.freeze({
  name: 'handshake',
  title: 'Full mutual handshake, ECDSA P-256',
  unit: 'CPU µs',
  needsNewServer: false,
  take,
} satisfies Measure);
