/**
 * Owns the answer to how this program can be called again, for commands that are printed to be pasted.
 */
import { realpathSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { shellCommand } from './shell-words.js';

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

/** ownName returns the words: the program's name where every shell would find it, else node and the script's whole path. */
export function ownName({ script, path, folder }: Invocation): readonly string[] {
  // npx and npm put this folder into $PATH for as long as they run, and the reader's shell does not have it.
  const folders = path.split(delimiter).filter((one) => !one.includes('node_modules'));
  if (folders.some((one) => one !== '' && sameFile(join(one, 'pinlatch'), script))) {
    return ['pinlatch'];
  }
  return ['node', resolve(folder, script)];
}

/** ownCommand writes a command of this program that works in any folder, and never asks a registry for a package. */
export function ownCommand(words: readonly string[]): string {
  const { argv, env } = process;
  const invocation = { script: argv[1] ?? 'pinlatch', path: env.PATH ?? '', folder: process.cwd() };
  return shellCommand([...ownName(invocation), ...words]);
}
