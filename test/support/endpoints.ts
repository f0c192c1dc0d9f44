/**
 * Owns what tests of choosing among endpoints share: services that say who they are, and questions to the gateway about them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import type { Status } from '../../src/admin/admin-status-answer.js';
import type { EndpointStatus } from '../../src/engine/native.js';
import type { Front } from './front.js';
import { get } from './front.js';
import { makeFolder, type Program, runPinlatch, startProgram } from './gateway.js';
import type { HttpConnection } from './http-connection.js';
import { type Answer, startUpstream, type Upstream } from './upstream.js';

/** startNamed starts services that answer with their names; they end with the test. */
export async function startNamed(t: Test, ...names: readonly string[]): Promise<Upstream[]> {
  return Promise.all(
    names.map(async (name) => {
      const answer: Answer = (_request, response) => void response.end(name);
      const upstream = await startUpstream(answer);
      t.teardown(() => upstream.close());
      return upstream;
    }),
  );
}

/** tally asks so often and counts who answered. */
export async function tally(client: HttpConnection, count: number, request = get('/')) {
  const counts: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    await client.send(request);
    const response = await client.readResponse();
    const who = response.status === 200 ? response.body.toString() : String(response.status);
    counts[who] = (counts[who] ?? 0) + 1;
  }
  return counts;
}

// The gateway needs "admin": { "socket": "admin.sock" }.
async function statusOf({ gateway }: Pick<Front, 'gateway'>): Promise<Status> {
  const socket = join(gateway.folder, 'admin.sock');
  const program = runPinlatch(['status', '--json', '--socket', socket], { cwd: gateway.folder });
  const exit = await program.exited;
  if (exit.code !== 0) throw new Error(program.errors.text.join('\n'));
  return JSON.parse(program.output.text.join('\n')) as Status;
}

/** endpointsOf asks `pinlatch status` about the endpoints, by name. */
export async function endpointsOf(
  front: Pick<Front, 'gateway'>,
): Promise<Record<string, EndpointStatus>> {
  const { upstreams } = await statusOf(front);
  return Object.fromEntries(upstreams.map((one) => [one.endpoint, one]));
}

/** untilOpen waits until so many requests are being worked on or wait. */
export async function untilOpen(front: Pick<Front, 'gateway'>, count: number): Promise<void> {
  while ((await statusOf(front)).counters.requestsOpen !== count);
}

/** EndpointProcess is a service that can be killed; `posts` are the targets of the POST requests that it took. */
export interface EndpointProcess {
  readonly program: Program;
  readonly port: number;
  posts(): readonly string[];
}

const SCRIPT = fileURLToPath(new URL('./endpoint-process.mjs', import.meta.url));

/** startEndpoint starts one that holds each answer back for so many milliseconds. */
export async function startEndpoint(t: Test, delay: number): Promise<EndpointProcess> {
  const folder = makeFolder();
  const file = join(folder, 'posts');
  const program = startProgram([SCRIPT, file, String(delay)], { cwd: folder });
  t.teardown(() => program.child.kill('SIGKILL'));
  const port = Number(await program.output.findText((text) => /^\d+$/.test(text)));
  const posts = (): readonly string[] => {
    try {
      return readFileSync(file, 'utf8').split('\n').slice(0, -1);
    } catch {
      return []; // it has taken none
    }
  };
  return { program, port, posts };
}

/** freePort is a port where nobody listens. */
export async function freePort(): Promise<number> {
  const upstream = await startUpstream();
  await upstream.close();
  return upstream.port;
}
