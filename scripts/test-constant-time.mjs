#!/usr/bin/env node
// Builds the pin comparison as it ships (Release), runs it under valgrind with the fingerprints
// marked as secret, and runs the same with memcmp in its place, which valgrind must refuse.

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, 'build', 'constant-time');
const COMPLAINED = 99;
const TARGETS = ['constant_time', 'constant_time_careless'];

function fail(reason) {
  process.stderr.write(`constant time: ${reason}\n`);
  process.exit(1);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function memcheck(program) {
  const options = ['--tool=memcheck', '--quiet', `--error-exitcode=${COMPLAINED}`];
  const args = [...options, join(FOLDER, program), '--valgrind'];
  const { status, stderr, error } = spawnSync('valgrind', args, { cwd: ROOT, encoding: 'utf8' });
  if (error !== undefined) fail(`valgrind cannot be run (${error.code}): install it`);
  return { status, stderr };
}

const hasNinja = spawnSync('ninja', ['--version']).status === 0;
const generator = hasNinja ? ['-G', 'Ninja'] : [];
const settings = ['-DCMAKE_BUILD_TYPE=Release', '-DPINLATCH_TESTS=ON', '-DPINLATCH_WERROR=ON'];
run('cmake', ['-S', ROOT, '-B', FOLDER, ...generator, ...settings]);
run('cmake', ['--build', FOLDER, '--target', ...TARGETS]);

const real = memcheck('constant_time');
if (real.status !== 0) {
  fail(`the pin comparison tells of its fingerprints (exit code ${real.status})\n${real.stderr}`);
}
const careless = memcheck('constant_time_careless');
if (careless.status !== COMPLAINED) {
  fail(`memcmp was not found out (exit code ${careless.status}): this test proves nothing`);
}
process.stdout.write('constant time: the pin comparison tells nothing; with memcmp it would.\n');
