/**
 * Owns the part of `pinlatch check` about the gateway that runs with the file: what of it counts at the next start only. No
 * gateway need run.
 */
import { existsSync, realpathSync } from 'node:fs';
import { askVerb } from '../admin/admin-asking.js';
import { DEFAULT_SOCKET } from '../admin/admin-client.js';
import type { Status } from '../admin/admin-status-answer.js';
import { STATUS } from '../admin/admin-verbs.js';
import { GatewayError } from '../gateway-error.js';
import type { Accepted } from '../reload/candidate.js';
import { startSettings, type Waiting, waitingFor } from '../snapshot/start-settings.js';
import { waitingText } from './outcome-text.js';

/** Running is what there is to know of the gateway that runs. */
export type Running = Pick<Status, 'started' | 'cryptoProvider'> & {
  readonly config: Pick<Status['config'], 'file'>;
};

/** AskRunning asks the gateway at a socket; undefined when none answers. */
export type AskRunning = (socket: string) => Promise<Running | undefined>;

// A check is no question about the gateway: it waits no longer for one that is stopped.
const PATIENCE_MS = 2000;

/** askRunning asks, and takes any failure for an answer: whether a gateway runs is not what is checked. */
export async function askRunning(socket: string): Promise<Running | undefined> {
  if (!existsSync(socket)) return undefined;
  try {
    return await askVerb(socket, STATUS, {}, { patienceMs: PATIENCE_MS });
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false; // the running gateway's has been removed
  }
}

const REFUSED = '; it refuses to reload until then';

function textOf(waiting: Waiting, { snapshot }: Accepted, { cryptoProvider }: Running): string {
  const wanted = snapshot.cryptoProvider;
  const isRefused =
    waiting.key === 'crypto.provider' && wanted !== 'auto' && wanted !== cryptoProvider.name;
  return `${waitingText(waiting)}${isRefused ? REFUSED : ''}`;
}

/** waitingTexts says what of a sound file the gateway that runs with it takes at its next start only. */
export async function waitingTexts(
  compiled: Accepted,
  ask: AskRunning,
): Promise<readonly string[]> {
  const running = await ask(compiled.operation.adminSocket ?? DEFAULT_SOCKET);
  if (running === undefined || !isSameFile(running.config.file, compiled.file)) return [];
  const waiting = waitingFor(running.started, startSettings(compiled));
  return waiting.map((one) => textOf(one, compiled, running));
}
