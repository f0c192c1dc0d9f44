/**
 * Owns copies of the sources in which something was added by hand, and what the compilers and generators say of them.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** ROOT is the repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Addition is text that is put in front of the first place where `before` stands. */
export interface Addition {
  readonly file: string;
  readonly before: string;
  readonly added: string;
}

export const readIn = (folder: string, file: string): string =>
  readFileSync(join(folder, file), 'utf8');

/** add makes additions in a copy. */
export function add(folder: string, additions: readonly Addition[]): void {
  for (const { file, before, added } of additions) {
    const text = readIn(folder, file);
    const at = text.indexOf(before);
    if (at < 0) throw new Error(`${file} has no ${before}`);
    writeFileSync(join(folder, file), text.slice(0, at) + added + text.slice(at));
  }
}

/** copySources copies `paths`, and what compiles them, into `folder`, which it returns. */
export function copySources(folder: string, paths: readonly string[]): string {
  for (const path of [...paths, 'package.json', 'tsconfig.json']) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
  return folder;
}

/** failure gives what a program printed where it failed, '' where it did not. */
export function failure(folder: string, command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}` || `${command} ended with ${status}`;
}

/** checkTypes has TypeScript look at all of `src`. */
export const checkTypes = (folder: string): string =>
  failure(folder, process.execPath, [
    join(ROOT, 'node_modules/typescript/bin/tsc'),
    ...['-p', 'tsconfig.json', '--noEmit'],
  ]);

const generateHeader = (folder: string, script: string, header: string): string =>
  failure(folder, process.execPath, [`scripts/${script}`, `build/generated/snapshot/${header}`]);

/** generateRanges makes the headers that every file of the data plane's configuration includes. */
export const generateRanges = (folder: string): string =>
  generateHeader(folder, 'generate-ranges.mjs', 'ranges.h') ||
  generateHeader(folder, 'generate-bounds.mjs', 'shared_bounds.h');

/** checkSource has the C++ compiler look at one file. */
export function checkSource(folder: string, source: string): string {
  const includes = ['-Inative', '-Ibuild/generated'];
  return failure(folder, process.env.CXX ?? 'c++', [
    '-std=c++20',
    '-fsyntax-only',
    ...includes,
    source,
  ]);
}
