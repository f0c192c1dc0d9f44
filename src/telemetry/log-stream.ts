/**
 * Owns LogStream: what the writer of the log asks of standard output, whatever is behind it.
 */

/**
 * LogStream takes whole lines. It never gives up: after an 'error' it tries again by itself, each second, and 'drain' says that it
 * takes lines again.
 */
export interface LogStream {
  /** write says whether there is room for more; without, 'drain' tells when. `done` is called when it was tried. */
  write(chunk: Uint8Array | string, done?: () => void): boolean;
  /** look finds out whether it fails though nothing is written: then there is an 'error' before it returns. */
  look(): void;
  /** takeLost tells how many lines were lost on the way since it was last asked. */
  takeLost(): number;
  on(event: 'drain', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** RETRY_MS is the pause between two tries of a stream that failed. */
export const RETRY_MS = 1000;

const LINE_FEED = 10;

/** countLines counts line feeds. */
export function countLines(chunk: Uint8Array | string): number {
  let count = 0;
  for (const byte of Buffer.from(chunk)) if (byte === LINE_FEED) count++;
  return count;
}
