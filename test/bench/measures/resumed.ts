/**
 * Owns the figure for a handshake that resumes a session by ticket: accept, resume with a new key exchange, close.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Server, USUAL } from '../bench.js';
import { CIPHERS } from '../clients.js';
import { cpuBetween, readCpu } from '../cpu.js';
import { start, succeeded } from '../processes.js';
import { GROUPS, type Settings } from '../settings.js';
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

// In TLS 1.2 a resumed session has no key exchange of its own, and the client tells no group.
function checkOutcome({ settings }: Bench, outcome: Outcome): void {
  const { tls, group, handshakes } = settings;
  const expected = [
    handshakes,
    `TLSv${tls}`,
    CIPHERS[tls].ecdsa,
    ...(tls === '1.3' ? [GROUPS[group]] : []),
  ];
  const found = [outcome.handshakes, outcome.version, outcome.cipher, outcome.group];
  if (found.slice(0, expected.length).join(' ') !== expected.join(' ')) {
    throw new Error(`resumed handshakes: expected ${expected.join(' ')}, got ${found.join(' ')}`);
  }
}

async function take(bench: Bench, server: Server): Promise<Sample> {
  const { clients, settings, cpus } = bench;
  const args = [String(server.port), String(settings.handshakes), String(THREADS), 'resumed'];
  const before = readCpu(server.running.pid);
  const client = start(
    { program: clients.handshake, args, env: clients.env.ecdsa },
    { cpu: cpus.client, output: true },
  );
  await succeeded(client, `resumed handshakes with ${server.peer.name}`, END_MS);
  await sleep(LAST_CLOSE_MS);
  const cpu = cpuBetween(before, readCpu(server.running.pid));
  const outcome: Outcome = JSON.parse(client.stdout());
  checkOutcome(bench, outcome);
  return { value: cpu / outcome.handshakes, details: { ...outcome } };
}

/** resumedHandshake is one measure, of servers of its own: every other has its tickets off. */
export function resumedHandshake(_settings: Settings): readonly Measure[] {
  return [
    Object.freeze({
      name: 'resumed',
      family: 'resumed',
      title: 'Handshake resumed by ticket',
      unit: 'CPU µs',
      server: 'new',
      variant: { ...USUAL, resumption: true },
      take,
    } satisfies Measure),
  ];
}
