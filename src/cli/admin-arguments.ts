/**
 * Owns the arguments of the commands that talk to the running gateway, and which socket it is.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { configuredSocket, DEFAULT_SOCKET } from '../admin/admin-client.js';
import { GatewayError } from '../gateway-error.js';
import { DEFAULT_FILE } from './command.js';

/** SOCKET_HELP is the paragraph about --socket. */
export const SOCKET_HELP = `--socket PATH  the admin socket of the gateway. Left out: what "admin" says in ${DEFAULT_FILE} in
               this folder, else ${DEFAULT_SOCKET}
--json         print the answer as it came`;

export interface AdminArguments {
  readonly socket: string;
  readonly json: boolean;
}

/** adminArguments reads --socket and --json. Error: GatewayError usage. */
export async function adminArguments(args: readonly string[]): Promise<AdminArguments> {
  const { socket, json } = optionsOf(args);
  if (socket === '') throw new GatewayError('usage', '--socket needs a path');
  const chosen = socket ?? (await configuredSocket(DEFAULT_FILE)) ?? DEFAULT_SOCKET;
  return { socket: resolve(chosen), json };
}

function optionsOf(args: readonly string[]): { socket: string | undefined; json: boolean } {
  try {
    const options = { socket: { type: 'string' }, json: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...args], options, strict: true });
    return { socket: values.socket, json: values.json ?? false };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('usage', message, { cause });
  }
}
