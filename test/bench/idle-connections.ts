/**
 * Owns the use of idle-client.c: connections that have carried one answer each and are held.
 */
import type { Bench, Server } from './bench.js';
import { type Running, start, succeeded, until } from './processes.js';

const THREADS = 4;
const OPEN_MS = 300_000;
const END_MS = 20_000;

/** hold opens `count` connections, fetches `path` once on each, and returns the client that holds them. */
export async function hold(
  bench: Bench,
  server: Server,
  load: { readonly path: string; readonly count: number },
): Promise<Running> {
  const { clients, cpus } = bench;
  const more = server.variant.http2 === true ? ['h2'] : [];
  const args = [...[server.port, load.count, THREADS, load.path].map(String), ...more];
  const client = start(
    { program: clients.idle, args, env: clients.env[server.variant.serverKey] },
    { cpu: cpus.client, output: true },
  );
  const what = `${server.peer.name} did not take ${load.count} connections`;
  const isReady = (): boolean => client.stdout().startsWith('ready');
  await until(isReady, { what, running: client, ms: OPEN_MS });
  return client;
}

/** letGo closes them, and throws when one of them was no longer open. */
export async function letGo(client: Running, server: Server): Promise<void> {
  client.child.stdin?.end();
  await succeeded(client, `idle connections to ${server.peer.name}`, END_MS);
}
