/**
 * Owns the things that live for one run, and the starting of peers.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { checkAnswers, fetchAnswer, type Target } from './answers.js';
import { type Clients, compileClients } from './clients.js';
import { type Cpus, chooseCpus } from './cpu.js';
import { type Peer, STATIC_PATH } from './peers/peer.js';
import { createPki, type Pki } from './pki.js';
import { freePort } from './ports.js';
import { type Running, start, until } from './processes.js';
import { BENCH } from './repository.js';
import type { Settings } from './settings.js';
import { startUpstream, type Upstream } from './upstream.js';

const START_MS = 15_000;

export interface Bench {
  readonly settings: Settings;
  readonly directory: string;
  readonly cpus: Cpus;
  readonly pki: Pki;
  readonly clients: Clients;
  readonly upstream: Upstream;
}

/** Server is a peer that runs and answers. */
export interface Server {
  readonly peer: Peer;
  readonly port: number;
  readonly running: Running;
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

/**
 * startPeer starts a peer on the server's CPU and waits until it answers its client; `outputFile` as for start. It issues
 * session tickets with `resumption` only.
 */
export async function startPeer(
  bench: Bench,
  peer: Peer,
  outputFile?: number,
  resumption = false,
): Promise<Server> {
  const { settings, pki, upstream, cpus } = bench;
  const port = await freePort();
  const command = peer.command({
    directory: mkdtempSync(join(bench.directory, `${peer.name}-`)),
    port,
    upstreamPort: upstream.port,
    pki,
    connections: Math.max(settings.connections, settings.idleConnections),
    resumption,
  });
  const running = start(command, {
    cpu: cpus.server,
    ...(outputFile === undefined ? {} : { outputFile }),
  });
  let last = 'never asked';
  const answers = async (): Promise<boolean> => {
    try {
      const answer = await fetchAnswer(targetOf(bench, port), STATIC_PATH, pki.client);
      last = `${answer.status} ${answer.body}`;
      return answer.status === 200;
    } catch (error) {
      last = messageOf(error);
      return false;
    }
  };
  const what = (): string => `${peer.name} does not answer as it should (${last})`;
  await until(answers, { what, running, ms: START_MS });
  return Object.freeze({ peer, port, running });
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
