/**
 * Owns the answer to which version this is.
 */
import { readFileSync } from 'node:fs';

const PACKAGE = new URL('../package.json', import.meta.url);

/** ownVersion reads the version from the installed package. */
export function ownVersion(): { readonly name: string; readonly version: string } {
  const { name, version } = JSON.parse(readFileSync(PACKAGE, 'utf8'));
  return { name, version };
}
