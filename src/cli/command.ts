/**
 * Owns what a command of the program is, and the outside it may touch: its arguments, what it prints, its exit code.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../gateway-error.js';
import { readArguments } from '../options.js';
import { quote } from '../parsed.js';

/** EXIT: fine; the input is invalid; it cannot be used at all (no such file, wrong usage, no native core). */
export const EXIT = Object.freeze({ fine: 0, invalid: 1, unusable: 2 });

/** Terminal is where a command prints. */
export interface Terminal {
  write(text: string): void;
  writeError(text: string): void;
  /** Whether `write` and `writeError` may use ANSI colours. */
  readonly colour: boolean;
  readonly colourError: boolean;
}

export interface Command {
  /** The whole help text, ended by a line feed. */
  readonly help: string;
  /** run resolves with the exit code. Errors: GatewayError and EngineError, printed by the caller. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

export const DEFAULT_FILE = 'gateway.json';

/** configFile is the configuration that a command means by `path`: a folder stands for the file of the usual name in it. */
export function configFile(path: string = DEFAULT_FILE): string {
  return isFolder(path) ? join(path, DEFAULT_FILE) : path;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // reading it says why
  }
}

/** fileArgument takes the one file of a command that has no options. Error: GatewayError usage. */
export function fileArgument(args: readonly string[], otherwise?: string): string {
  return oneFile(readArguments(args, {}).positionals, otherwise);
}

/** oneFile takes the one file that a command has beside its options. Error: GatewayError usage. */
export function oneFile(positionals: readonly string[], otherwise?: string): string {
  const [file, extra] = positionals;
  if (extra !== undefined)
    throw new GatewayError('usage', `unexpected argument ${quote(extra)}: one file is expected`);
  const chosen = file ?? otherwise;
  if (chosen === undefined) throw new GatewayError('usage', 'the file is missing');
  return chosen;
}
