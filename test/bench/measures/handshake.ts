/**
 * Owns the figures for a full mutual handshake: accept, handshake without resumption, close; by the server's key.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Server, USUAL } from '../bench.js';
import { CIPHERS } from '../clients.js';
import { cpuBetween, readCpu } from '../cpu.js';
import { SERVER_KEYS, type ServerKey } from '../pki.js';
import { start, succeeded } from '../processes.js';
import { GROUPS, type Settings } from '../settings.js';
import type { Measure, Sample } from './measure.js';

const THREADS = 4;
const END_MS = 120_000;
const LAST_CLOSE_MS = 50;
const TITLES: Readonly<Record<ServerKey, string>> = { ecdsa: 'ECDSA P-256', rsa: 'RSA-2048' };

interface Outcome {
  readonly handshakes: number;
  readonly version: string;
  readonly cipher: string;
  readonly group: string;
  readonly tickets: number;
}

function checkOutcome(bench: Bench, key: ServerKey, outcome: Outcome): void {
  const { tls, group, handshakes } = bench.settings;
  const expected = [handshakes, `TLSv${tls}`, CIPHERS[tls][key], GROUPS[group]].join(' ');
  const found = [outcome.handshakes, outcome.version, outcome.cipher, outcome.group].join(' ');
  if (found !== expected) {
    throw new Error(`handshakes: expected ${expected}, got ${found}`);
  }
}

async function take(bench: Bench, server: Server, key: ServerKey): Promise<Sample> {
  const { clients, settings, cpus } = bench;
  const args = [server.port, settings.handshakes, THREADS].map(String);
  const before = readCpu(server.running.pid);
  const began = performance.now();
  const client = start(
    { program: clients.handshake, args, env: clients.env[key] },
    { cpu: cpus.client, output: true },
  );
  await succeeded(client, `handshakes with ${server.peer.name}`, END_MS);
  const wallUs = (performance.now() - began) * 1000;
  await sleep(LAST_CLOSE_MS);
  const cpu = cpuBetween(before, readCpu(server.running.pid));
  const outcome: Outcome = JSON.parse(client.stdout());
  checkOutcome(bench, key, outcome);
  const perSecond = (outcome.handshakes / wallUs) * 1e6;
  return {
    value: cpu / outcome.handshakes,
    details: { ...outcome, perSecond, coreBusy: cpu / wallUs },
  };
}

/** fullHandshakes has one measure for each kind of server key. */
export function fullHandshakes(_settings: Settings): readonly Measure[] {
  return SERVER_KEYS.map((serverKey) =>
    Object.freeze({
      name: `handshake-${serverKey}`,
      family: 'handshake',
      title: `Full mutual handshake, ${TITLES[serverKey]}`,
      unit: 'CPU µs',
      server: 'shared',
      variant: { ...USUAL, serverKey },
      take: (bench, server) => take(bench, server, serverKey),
    } satisfies Measure),
  );
}
