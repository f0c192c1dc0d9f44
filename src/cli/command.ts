/**
 * Owns what a command of the program is, and the outside it may touch: its arguments, what it prints, its exit code.
 */
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
