/**
 * Owns the unix socket of the admin server: for its owner alone from the first moment, never taken from a gateway that
 * lives, and gone at the end.
 */
import { existsSync, lstatSync, unlinkSync } from 'node:fs';
import { createConnection, type Server } from 'node:net';
import { dirname } from 'node:path';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { shellQuoted } from '../shell-words.js';

const OWNER_ONLY = 0o177;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not create it there',
  EROFS: 'its folder cannot be written to',
};

const unusable = (path: string, why: string, cause?: unknown): GatewayError =>
  new GatewayError('admin-socket-unusable', `the admin socket ${literal(path)}: ${why}`, { cause });

/** adminSocketPath chooses the socket: what the configuration says, else the folder that systemd made; else none. */
export function adminSocketPath(
  configured: string | null,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (configured !== null) return configured;
  const folder = environment.RUNTIME_DIRECTORY?.split(':')[0];
  return folder ? `${folder}/admin.sock` : undefined;
}

function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // The file is made within the call, so that nobody else's turn comes under this mask.
    const before = process.umask(OWNER_ONLY);
    try {
      server.listen({ path }, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}

/** isAnswered says whether a process accepts connections there. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection({ path });
    const end = (answered: boolean): void => {
      connection.destroy();
      resolve(answered);
    };
    connection.once('connect', () => end(true));
    // Anything but a refusal may be a gateway that is busy.
    connection.once('error', ({ code }: NodeJS.ErrnoException) => end(code !== 'ECONNREFUSED'));
  });
}

async function removeStale(path: string): Promise<void> {
  if (!lstatSync(path).isSocket()) {
    throw unusable(
      path,
      'something other than a socket is there; remove it or choose another path',
    );
  }
  if (await isAnswered(path)) {
    throw unusable(
      path,
      'another gateway answers there; stop that gateway or choose another socket',
    );
  }
  unlinkSync(path);
}

// libuv says of a folder that is missing that it may not be entered.
function reasonFor(path: string, { code = '', message }: NodeJS.ErrnoException): string {
  const folder = dirname(path);
  if (existsSync(folder)) return REASONS[code] ?? message;
  const command = `mkdir -m 700 ${shellQuoted(folder)}`;
  return `the folder ${literal(folder)} does not exist; as the gateway's user: ${command}`;
}

/** listenForOwner listens at `path`. Error: GatewayError admin-socket-unusable. */
export async function listenForOwner(server: Server, path: string): Promise<void> {
  try {
    try {
      await bind(server, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await removeStale(path);
      await bind(server, path);
    }
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw unusable(path, reasonFor(path, cause as NodeJS.ErrnoException), cause);
  }
}
