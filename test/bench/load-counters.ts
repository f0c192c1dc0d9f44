/**
 * Owns the file in which client-certificate-preload.c counts while wrk runs: 64-bit words in the byte order of this
 * machine.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { BUCKETS } from './latency.js';

const SCALARS = 4;

export interface LoadCounters {
  /** Finished handshakes. */
  readonly handshakes: number;
  /** Connections that have had an answer: the server, too, has finished their handshakes. */
  readonly answered: number;
  /** Requests that were written. */
  readonly requests: number;
  /** Bytes of responses, heads included. */
  readonly received: number;
  /** The time from a request to the first bytes of its response; see latency.ts. */
  readonly latencies: readonly number[];
}

/** clearCounters writes a file of zeros. */
export function clearCounters(path: string): void {
  writeFileSync(path, new Uint8Array((SCALARS + BUCKETS) * BigUint64Array.BYTES_PER_ELEMENT));
}

/** readCounters reads it, also while wrk runs. */
export function readCounters(path: string): LoadCounters {
  const words = Array.from(new BigUint64Array(new Uint8Array(readFileSync(path)).buffer), Number);
  // The library cuts the file to what it counts.
  if (words.length !== SCALARS + BUCKETS) {
    throw new Error(`${path}: ${words.length} words, expected ${SCALARS + BUCKETS}`);
  }
  const [handshakes = 0, answered = 0, requests = 0, received = 0, ...latencies] = words;
  return { handshakes, answered, requests, received, latencies };
}
