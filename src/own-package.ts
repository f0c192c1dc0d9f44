/**
 * Owns what this program knows of its own package: where it lies on the disk, wherever in it the build put this code, and its
 * version.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`no package.json above ${import.meta.url}`);
  return rootAbove(parent);
}

const ROOT = rootAbove(dirname(fileURLToPath(import.meta.url)));

/** inPackage is the absolute path of a file of this package. */
export const inPackage = (path: string): string => join(ROOT, path);

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
