/**
 * Owns where the files are over which users of such gateways have stumbled, and which nobody here made. They are not part of
 * the repository: tests that use them skip without them.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../../shared/cases/stumbles/', import.meta.url);

/** stumbleAt returns the path of one of these files; undefined without it. */
export function stumbleAt(name: string): string | undefined {
  const path = fileURLToPath(new URL(name, FOLDER));
  return existsSync(path) ? path : undefined;
}
