/**
 * Owns where the public vectors are, which nobody here wrote, and what is at least right in them. They are not part of the
 * repository: tests that use them skip without them, unless $PINLATCH_REQUIRE_VECTORS is set, as .ci/run does. The native
 * tests have the same of test/native/vectors.h.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../shared/vectors/', import.meta.url));
const BOUNDS = new URL('../fixtures/vector-bounds.jsonl', import.meta.url);

/** vectorsAt returns the path of a file of vectors; undefined without it. Error: it is not there, and has to be. */
export function vectorsAt(
  name: string,
  folder = FOLDER,
  { PINLATCH_REQUIRE_VECTORS: required }: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  if (required === undefined) return undefined;
  throw new Error(`${path} is missing, and $PINLATCH_REQUIRE_VECTORS asks for it`);
}

/** linesOf reads JSON, one value a line. */
export function linesOf<T>(content: string): readonly T[] {
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** VectorBound is what a file of certificate chains is held to. */
export interface VectorBound {
  readonly file: string;
  /** How many cases there are, and how many of them are right, at least. */
  readonly cases: number;
  readonly least: number;
  /** Scored apart: strictness of the Web PKI is no rule of RFC 5280. Of all others none may be falsely accepted. */
  readonly mayAccept: boolean;
}

/** readBounds returns the bounds of all files; docs/design/trust.md says why what is missed is missed. */
export function readBounds(): readonly VectorBound[] {
  return linesOf<VectorBound>(readFileSync(BOUNDS, 'utf8'));
}
