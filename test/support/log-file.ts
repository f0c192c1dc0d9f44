/**
 * Owns a gateway whose log goes where a shell redirects it to: a file on a disk that may be full, a device, a named pipe. What
 * it says is asked of the admin socket.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Credentials,
  makeCredentials,
  makeFolder,
  type Program,
  runPinlatch,
  writeCredentials,
} from './gateway.js';
import { adminConfig, askAdmin } from './reloads.js';

/** until resolves with what `look` finds, once it finds something. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(20);
  }
}

/** RedirectedGateway is a gateway that serves. */
export interface RedirectedGateway extends Program {
  readonly folder: string;
  readonly credentials: Credentials;
  readonly port: number;
  status(): Promise<Record<string, unknown>>;
}

// A module that tap puts into every child ends it by the signal of a file that may not grow, which Node ignores.
const PLAIN = 'unset NODE_OPTIONS;';

async function answering(folder: string): Promise<Record<string, unknown> | undefined> {
  return askAdmin(folder, 'GET', '/v1/views/status').then(
    ({ body }) => body,
    () => undefined,
  );
}

/**
 * startRedirected starts a gateway by a shell command in which "$@" stands for the gateway, such as 'exec "$@" > log', and waits
 * until it answers.
 */
export async function startRedirected(
  command: string,
  folder = makeFolder(),
): Promise<RedirectedGateway> {
  const credentials = makeCredentials();
  writeCredentials(folder, credentials);
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify(adminConfig(credentials)));
  const program = runPinlatch(['run', '--log-format', 'json'], {
    cwd: folder,
    through: ['sh', '-c', `${PLAIN} ${command}`, 'sh'],
  });
  const ended = program.exited.then(({ code }): never => {
    throw new Error(`it ended (${code}): ${program.errors.text.join('\n')}`);
  });
  ended.catch(() => undefined);
  const status = () => Promise.race([until(() => answering(folder)), ended]);
  const first = await status();
  const [{ port }] = first.listeners as readonly [{ readonly port: number }];
  return { ...program, folder, credentials, port, status };
}

/** readLog reads every line of a log that is whole; a line that is no JSON is an error. */
export function readLog(path: string): readonly Record<string, unknown>[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}
