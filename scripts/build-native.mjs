#!/usr/bin/env node
// Builds the addon, build/Release/pinlatch.node: lets cmake-js drive CMake, which fetches the vendored
// sources (native/cmake/third_party.cmake says which). npm's install script and binding.gyp both end here.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerOptions, requireTools } from './prerequisites.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BYTES_PER_COMPILER = 600 * 1024 * 1024;

// A board with four cores and 512 MB cannot run four compilers.
const jobs = Math.max(
  1,
  Math.min(availableParallelism(), Math.floor(totalmem() / BYTES_PER_COMPILER)),
);

function run(script, args) {
  const { status, error } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

await requireTools();

const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js');

const processes = jobs === 1 ? 'one process' : `${jobs} processes`;
console.log(
  `\npinlatch: the native core is compiled by ${processes}, which takes minutes, on a board tens of minutes.\n` +
    'Each line of the compiler says how far it has come.\n',
);
run(cmakeJs, [
  'build',
  ...['--directory', ROOT],
  ...['--out', join(ROOT, 'build', 'Release')],
  ...['--target', 'pinlatch'],
  ...['--parallel', String(jobs)],
  ...compilerOptions(),
  // The Node that runs this may not be on the path.
  `--CDPINLATCH_NODE=${process.execPath}`,
]);
