/**
 * Owns a Terminal that remembers what was printed.
 */
import type { Terminal } from '../../src/cli/command.js';

export interface CapturedTerminal extends Terminal {
  readonly out: string;
  readonly err: string;
}

/** captureTerminal returns a terminal without colours. */
export function captureTerminal(): CapturedTerminal {
  let out = '';
  let err = '';
  return {
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      err += text;
    },
    colour: false,
    colourError: false,
    get out() {
      return out;
    },
    get err() {
      return err;
    },
  };
}
