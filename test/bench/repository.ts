/**
 * Owns the knowledge of where the repository is, seen from the compiled bench.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function nearestPackage(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) {
    return directory;
  }
  const parent = dirname(directory);
  if (parent === directory) {
    throw new Error('the bench must lie inside the repository');
  }
  return nearestPackage(parent);
}

/** REPOSITORY is the folder of package.json. */
export const REPOSITORY = nearestPackage(dirname(fileURLToPath(import.meta.url)));

/** BENCH is the folder of the bench's sources. */
export const BENCH = join(REPOSITORY, 'test/bench');
