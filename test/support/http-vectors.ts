/**
 * Owns the reading of the public HTTP vectors.
 */
import { readFileSync } from 'node:fs';
import { linesOf, vectorsAt } from './vectors.js';

/** HostileRequest is the raw bytes that a hostile client sends on one connection. */
export interface HostileRequest {
  readonly id: string;
  readonly bytes: Buffer;
}

/** readHostileRequests returns the vectors, or undefined where they are not at hand. */
export function readHostileRequests(): readonly HostileRequest[] | undefined {
  const path = vectorsAt('http1-requests.jsonl');
  if (path === undefined) return undefined;
  const lines = linesOf<{ readonly id: string; readonly bytes: string }>(
    readFileSync(path, 'utf8'),
  );
  return lines.map(({ id, bytes }) => ({ id, bytes: Buffer.from(bytes, 'base64') }));
}
