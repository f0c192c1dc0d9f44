/**
 * Owns the answer to which version this is.
 */
import { readFileSync } from 'node:fs';
import { inPackage } from './package-root.js';

/** Version is a name and a number, such as "pinlatch" and "0.1.0". */
export interface Version {
  readonly name: string;
  readonly version: string;
}

let own: Version | undefined;

/** ownVersion reads the version from the installed package, once: another one may be installed while this one runs. */
export function ownVersion(): Version {
  own ??= readVersion();
  return own;
}

function readVersion(): Version {
  const { name, version } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'));
  return Object.freeze({ name, version });
}
