/**
 * Owns the arguments of the commands that talk to the running gateway, and which socket it is.
 */
import { resolve } from 'node:path';
import { configuredSocket, DEFAULT_SOCKET } from '../admin/admin-client.js';
import { GatewayError } from '../gateway-error.js';
import { readOptions } from '../options.js';
import { DEFAULT_FILE } from './command.js';

/** SOCKET_HELP is the paragraph about --socket. */
export const SOCKET_HELP = `--socket PATH  the admin socket of the gateway. Default: "admin" in ${DEFAULT_FILE} in
               this folder, else ${DEFAULT_SOCKET}
--json         print the answer as JSON`;

const OPTIONS = { socket: { type: 'string' }, json: { type: 'boolean' } } as const;

export interface AdminArguments {
  readonly socket: string;
  readonly json: boolean;
}

/** adminArguments reads --socket and --json. Error: GatewayError usage. */
export async function adminArguments(args: readonly string[]): Promise<AdminArguments> {
  const { socket, json = false } = readOptions(args, OPTIONS);
  if (socket === '') throw new GatewayError('usage', '--socket needs a path');
  const chosen = socket ?? (await configuredSocket(DEFAULT_FILE)) ?? DEFAULT_SOCKET;
  return { socket: resolve(chosen), json };
}
