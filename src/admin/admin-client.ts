/**
 * Owns the asking side of the admin socket: which socket, one question, one answer.
 */
import { request } from 'node:http';
import { resolve } from 'node:path';
import { readText } from '../config/load.js';
import { memberOf } from '../config/members.js';
import { readSource } from '../config/source.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';

/** DEFAULT_SOCKET is where the shipped systemd unit has it. */
export const DEFAULT_SOCKET = '/run/pinlatch/admin.sock';

/** Answer is what the gateway said, whatever it was. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no gateway listens there; is it running? name its socket with --socket',
  ECONNREFUSED: 'the gateway that listened there has ended',
  EACCES: 'only the user of the gateway may use it: try again as that user, or with sudo',
  ENOTSOCK: 'that is no socket',
  ECONNRESET: 'the gateway ended before it answered',
};

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

/** ask sends one question. Error: GatewayError admin-unreachable. */
export function ask(socketPath: string, method: 'GET' | 'POST', path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const unreachable = (cause: Error): void => {
      const { code = '', message } = cause as NodeJS.ErrnoException;
      const why = `the admin socket ${literal(socketPath)}: ${REASONS[code] ?? message}`;
      reject(new GatewayError('admin-unreachable', why, { cause }));
    };
    const asked = request({ socketPath, method, path, agent: false, host: 'localhost' });
    asked.on('error', unreachable);
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', unreachable);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        try {
          const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
          resolve({ status: response.statusCode ?? 0, body });
        } catch {
          unreachable(new Error('the answer is not one of a pinlatch'));
        }
      });
    });
    asked.end();
  });
}
