/**
 * Owns the questions to installed programs: is it there, which version is it.
 */
import { spawnSync } from 'node:child_process';

/** firstLine returns the first line that `program` prints (on either output); undefined: it is not there. */
export function firstLine(program: string, ...args: readonly string[]): string | undefined {
  const { error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return error === undefined ? (`${stdout}${stderr}`.split('\n')[0] ?? '') : undefined;
}

/** missingPackage returns the words for a program that is not there. */
export function missingPackage(program: string, debianPackage: string): string {
  return `${program} is not installed (Debian package ${debianPackage})`;
}
