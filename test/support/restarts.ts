/**
 * Owns gateways that start again in the folder of one that ended: on the same files, whatever became of them.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from './child-output.js';
import { type Credentials, type Program, runPinlatch } from './gateway.js';

/** STATE is the state folder within the gateway's folder. */
export const STATE = 'state';

/** RestartedGateway is enough of a TestGateway to visit it. */
export interface RestartedGateway extends Program {
  readonly port: number;
  readonly credentials: Credentials;
  readonly serving: LogLine;
}

/** restart runs a gateway in a folder that has its files already, and waits until it serves. */
export async function restart(
  folder: string,
  credentials: Credentials,
  args: readonly string[] = ['--state', STATE],
): Promise<RestartedGateway> {
  const program = runPinlatch(['run', '--log-format', 'json', ...args], { cwd: folder });
  const serving = await program.output.event('serving');
  const { port } = await program.output.event('listening');
  return { ...program, port: port as number, credentials, serving };
}

/** makeStateFolder makes the state folder; the configuration of a gateway is a good place to call it. */
export function makeStateFolder(folder: string): string {
  const path = join(folder, STATE);
  mkdirSync(path, { mode: 0o700 });
  return path;
}
