/**
 * Owns where the public HTTP vectors are. They are not part of the repository: tests that use them skip without them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(
  new URL('../../../shared/vectors/http1-requests.jsonl', import.meta.url),
);

/** HostileRequest is the raw bytes that a hostile client sends on one connection. */
export interface HostileRequest {
  readonly id: string;
  readonly bytes: Buffer;
}

/** readHostileRequests returns the vectors, or undefined where they are not at hand. */
export function readHostileRequests(): readonly HostileRequest[] | undefined {
  if (!existsSync(FILE)) return undefined;
  const lines = readFileSync(FILE, 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const { id, bytes } = JSON.parse(line) as { readonly id: string; readonly bytes: string };
      return { id, bytes: Buffer.from(bytes, 'base64') };
    });
}
