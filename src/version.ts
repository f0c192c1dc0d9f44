/**
 * Owns the answer to which version this is.
 */
import { readFileSync } from 'node:fs';
import { inPackage } from './package-root.js';

/** ownVersion reads the version from the installed package. */
export function ownVersion(): { readonly name: string; readonly version: string } {
  const { name, version } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'));
  return { name, version };
}
