/**
 * Owns the asking side of the admin socket: which socket, one question, one answer, whatever they say.
 */
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memberOf } from '../config/members.js';
import { readText } from '../config/read-file.js';
import { readSource } from '../config/source.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { versionIn } from './admin-protocol.js';

/** DEFAULT_SOCKET is where the shipped systemd unit has it. */
export const DEFAULT_SOCKET = '/run/pinlatch/admin.sock';

/** Answer is what the gateway said, whatever it was. */
export interface Answer {
  readonly status: number;
  /** That of the gateway; undefined where the answer names none. */
  readonly version: string | undefined;
  readonly body: unknown;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no gateway listens there; is it running? name its socket with --socket',
  ECONNREFUSED: 'the gateway that listened there has ended',
  EACCES: 'only the user of the gateway may use it: try again as that user, or with sudo',
  ENOTSOCK: 'it is not a socket',
};

// Without descriptors Node accepts a connection only to close it.
const CLOSED =
  'the gateway closed the connection without an answer: it has ended, or it has no file descriptor left for one (LimitNOFILE=, ulimit -n)';

// There is a gateway, or was one a moment ago, and it does not answer.
const SILENT: Readonly<Record<string, string>> = {
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  EAGAIN: 'its queue of requests is full: the gateway is stopped or overloaded',
  ETIMEDOUT: 'the gateway accepted the request but does not answer: it is stopped or overloaded',
};

// A gateway that is busy with ten thousand routes answers later than one that is idle.
const QUESTION_MS = 30_000;
const DEED_MS = 120_000;

/** configuredSocket reads where a configuration file puts the socket, also when the file is broken otherwise. */
export async function configuredSocket(file: string): Promise<string | undefined> {
  try {
    const { value } = readSource(await readText(file));
    const socket = memberOf(memberOf(value, 'admin'), 'socket');
    return typeof socket === 'string' ? resolve(file, '..', socket) : undefined;
  } catch (error) {
    if (error instanceof GatewayError) return undefined; // it is one of several places to look
    throw error;
  }
}

/** Question is what the gateway is asked, or told to do. */
export interface Question {
  readonly method: 'GET' | 'POST';
  /** Such as /v1/views/status. */
  readonly path: string;
  /** How long an answer is waited for; left out: 30 s, two minutes where something is to be done. Infinity: without end. */
  readonly patienceMs?: number;
}

function failure(socketPath: string, cause: Error): GatewayError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const silent = SILENT[code];
  const why = `the admin socket ${literal(socketPath)}: ${silent ?? REASONS[code] ?? message}`;
  const kind = silent === undefined ? 'admin-unreachable' : 'admin-silent';
  return new GatewayError(kind, why, { cause });
}

const patienceFor = (method: Question['method']): number =>
  method === 'GET' ? QUESTION_MS : DEED_MS;

async function answerTo(asked: ClientRequest): Promise<Answer> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const version = versionIn(response.headers.server);
    return { status: response.statusCode ?? 0, version, body };
  } catch (cause) {
    throw new Error('the answer is not from a pinlatch gateway', { cause });
  }
}

async function lateAfter(ms: number, signal: AbortSignal): Promise<never> {
  // Without end, and without a timer: node takes at most 24 days.
  if (ms === Number.POSITIVE_INFINITY) return new Promise(() => undefined);
  await sleep(ms, undefined, { signal });
  throw Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
}

/** ask sends one question. Errors: GatewayError admin-unreachable; admin-silent when a gateway is there and does not answer. */
export async function ask(socketPath: string, question: Question): Promise<Answer> {
  const { method, path, patienceMs = patienceFor(method) } = question;
  const asked = request({ socketPath, method, path, agent: false, host: 'localhost' });
  asked.on('error', () => undefined); // also after its answer began, when nobody waits for it any more
  asked.end();
  const over = new AbortController();
  try {
    return await Promise.race([answerTo(asked), lateAfter(patienceMs, over.signal)]);
  } catch (cause) {
    throw failure(socketPath, cause as Error);
  } finally {
    over.abort();
    asked.destroy();
  }
}
