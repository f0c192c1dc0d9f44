/**
 * Owns the answer to how this program can be called again, for commands that are printed to be pasted.
 */
import { realpathSync } from 'node:fs';
import { basename, delimiter, join, relative } from 'node:path';

export interface Invocation {
  /** The script that was run: process.argv[1]. */
  readonly script: string;
  readonly path: string;
  readonly folder: string;
}

function sameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false; // not in this folder of $PATH
  }
}

/** ownName returns the words: the program's name where the shell would find it, else node and the script. */
export function ownName({ script, path, folder }: Invocation): readonly string[] {
  // npx and npm put this folder into $PATH for as long as they run, and the reader's shell does not have it.
  const folders = path.split(delimiter).filter((one) => !one.includes('node_modules'));
  if (folders.some((one) => one !== '' && sameFile(join(one, 'pinlatch'), script))) {
    return ['pinlatch'];
  }
  if (basename(script) === 'pinlatch') return ['npx', 'pinlatch'];
  const near = relative(folder, script);
  return ['node', near.startsWith('../../') ? script : near];
}
