/**
 * Owns the things that live for one run, and the starting of peers.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { checkAnswers, fetchAnswer, type Target } from './answers.js';
import { type Clients, compileClients } from './clients.js';
import { type Cpus, chooseCpus } from './cpu.js';
import { type Peer, STATIC_PATH } from './peers/peer.js';
import { createPki, type Pki, type ServerKey } from './pki.js';
import { freePort, isListening } from './ports.js';
import { type Running, start, until } from './processes.js';
import { BENCH } from './repository.js';
import type { Settings } from './settings.js';
import { startUpstream, type Upstream } from './upstream.js';

const START_MS = 60_000;

export interface Bench {
  readonly settings: Settings;
  readonly directory: string;
  readonly cpus: Cpus;
  readonly pki: Pki;
  readonly clients: Clients;
  readonly upstream: Upstream;
}

/** Variant is how a server is set up. */
export interface Variant {
  readonly serverKey: ServerKey;
  /** Routes and pins beside those that every server has; see growthPath. */
  readonly routes: number;
  /** It issues session tickets and takes them. */
  readonly resumption?: true;
  /** It offers HTTP/2. */
  readonly http2?: true;
  /** It has the limits and timeouts of its own defaults. */
  readonly ownLimits?: true;
  /** It trusts the CAs that strangers name, too. */
  readonly moreAuthorities?: true;
}

/** USUAL is the set-up of every server of which nothing else is said. */
export const USUAL: Variant = Object.freeze({ serverKey: 'ecdsa', routes: 0 });

/** Server is a peer that runs and answers. */
export interface Server {
  readonly peer: Peer;
  readonly variant: Variant;
  readonly port: number;
  readonly running: Running;
  /** From the start of its process to its first right answer. */
  readonly answeredAfterMs: number;
}

/** prepareBench makes everything that peers and measures need, in `directory`. */
export async function prepareBench(directory: string, settings: Settings): Promise<Bench> {
  const cpus = chooseCpus();
  const pki = createPki(directory);
  const clients = compileClients(BENCH, directory, { pki, settings });
  const upstream = await startUpstream(directory, cpus.client);
  return Object.freeze({ settings, directory, cpus, pki, clients, upstream });
}

/** messageOf returns the words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function targetOf(bench: Bench, port: number): Target {
  return { port, pki: bench.pki, tls: bench.settings.tls };
}

/** StartOptions tell startPeer how; `outputFile` as for start. */
export interface StartOptions {
  readonly variant?: Variant;
  readonly outputFile?: number;
}

/** startPeer starts a peer on the server's CPU and waits until it answers its client. */
export async function startPeer(
  bench: Bench,
  peer: Peer,
  options: StartOptions = {},
): Promise<Server> {
  const { settings, pki, upstream, cpus } = bench;
  const variant = options.variant ?? USUAL;
  const port = await freePort();
  const command = peer.command({
    directory: mkdtempSync(join(bench.directory, `${peer.name}-`)),
    port,
    upstreamPort: upstream.port,
    pki: variant.moreAuthorities === true ? { ...pki, ca: pki.moreAuthorities } : pki,
    server: pki.servers[variant.serverKey],
    routes: variant.routes,
    resumption: variant.resumption === true,
    http2: variant.http2 === true,
    connections: Math.max(settings.mostConnections, settings.idleConnections),
    ownLimits: variant.ownLimits === true,
  });
  const { outputFile } = options;
  const began = performance.now();
  const running = start(command, {
    cpu: cpus.server,
    ...(outputFile === undefined ? {} : { outputFile }),
  });
  await firstAnswer(bench, { peer, port, running });
  return Object.freeze({
    peer,
    variant,
    port,
    running,
    answeredAfterMs: performance.now() - began,
  });
}

async function firstAnswer(
  bench: Bench,
  server: Pick<Server, 'peer' | 'port' | 'running'>,
): Promise<void> {
  const { peer, port, running } = server;
  let last = 'never asked';
  const answers = async (): Promise<boolean> => {
    try {
      const answer = await fetchAnswer(targetOf(bench, port), STATIC_PATH, bench.pki.client);
      last = `${answer.status} ${answer.body}`;
      return answer.status === 200;
    } catch (error) {
      last = messageOf(error);
      return false;
    }
  };
  const what = (): string => `${peer.name} does not answer as it should (${last})`;
  // Asking before anybody listens costs the time that a server on a machine with few cores needs to start.
  await until(() => isListening(port), { what, running, ms: START_MS, everyMs: 1 });
  await until(answers, { what, running, ms: START_MS, everyMs: 1 });
}

/** checkServer throws, with the peer's name, unless it answers and refuses as it should. */
export async function checkServer(bench: Bench, server: Server): Promise<void> {
  try {
    await checkAnswers(targetOf(bench, server.port));
  } catch (error) {
    throw new Error(
      `${server.peer.name}: ${messageOf(error)} ${server.running.stderr().trim()}`.trimEnd(),
    );
  }
}
