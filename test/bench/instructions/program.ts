/**
 * Owns the building of the program that is measured, with the flags of the addon that ships, and the words for what it
 * was built and measured with.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

function output(command: string, args: readonly string[]): string {
  const { stdout, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined)
    throw new Error(`${command} cannot be run: install it (${error.message})`);
  return stdout.trim();
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}`);
}

/** buildProgram returns its path. */
export function buildProgram(root: string): string {
  const folder = join(root, 'build', 'instructions');
  const hasNinja = spawnSync('ninja', ['--version']).status === 0;
  const generator = hasNinja ? ['-G', 'Ninja'] : [];
  const settings = ['-DCMAKE_BUILD_TYPE=Release', '-DPINLATCH_TESTS=ON', '-DPINLATCH_WERROR=ON'];
  run('cmake', ['-S', root, '-B', folder, ...generator, ...settings]);
  run('cmake', ['--build', folder, '--parallel', '--target', 'instructions']);
  return join(folder, 'instructions');
}

/** tools names what the figures depend on besides the source. */
export function tools(): string {
  const version = (text: string): string => /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? '?';
  return [
    `GCC ${version(output('c++', ['-dumpfullversion']))}`,
    `glibc ${version(output('getconf', ['GNU_LIBC_VERSION']))}`,
    `OpenSSL ${version(output('openssl', ['version']))}`,
    `valgrind ${version(output('valgrind', ['--version']))}`,
  ].join(', ');
}
