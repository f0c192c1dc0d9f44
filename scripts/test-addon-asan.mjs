#!/usr/bin/env node
// Builds the addon with AddressSanitizer and UndefinedBehaviorSanitizer and runs end-to-end tests
// with the gateway process under them: every connection's end is a chance to leak, or to use what
// is gone. Fails when a test fails, and on any report of a sanitizer.
// usage: test-addon-asan.mjs [--addon FILE] [test files]
// --addon runs another addon that was built so: one with a defect in it, to see it reported.
//
// Node 20 itself leaks nothing that LeakSanitizer sees on exit, so nothing is suppressed: whatever
// is reported counts.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILD = join(ROOT, 'build', 'asan'); // what `npm run test:native -- asan` has built is not built again
const REPORTS = join(BUILD, 'reports');
const TESTS = [
  'a-condition-decides-by-what-the-certificate-says',
  'a-reload-is-all-or-nothing',
  'a-tcp-connection-ends-when-access-ends',
  'a-ticket-ends-with-what-it-stood-for',
  'a-ticket-is-of-no-use-elsewhere',
  'a-websocket-ends-when-access-ends',
  'an-http2-upstream-that-fails-is-no-wrong-answer',
  'broken-upstreams-become-502-and-504',
  'each-preset-tells-the-upstream-who-the-client-is',
  'finishes-requests-in-flight-before-it-ends',
  'hostile-requests-never-reach-the-upstream',
  'http2-ends-in-an-orderly-way',
  'http2-floods-end-the-connection',
  'http2-streams-follow-their-states',
  'identity-header-cannot-be-forged',
  'live-connections-end-when-access-ends',
  'mtls-matrix-holds-for-node',
  'slow-clients-meet-their-timeout',
  'tunnels-have-back-pressure-ends-and-a-limit-of-idleness',
  'two-hundred-reloads-lose-no-request',
  'vanishing-clients-leak-nothing',
].map((name) => `test/e2e/${name}.test.ts`);

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (error !== undefined) throw error;
  return status ?? 1;
}

function must(command, args) {
  const status = run(command, args);
  if (status !== 0) process.exit(status);
}

function build() {
  const hasNinja = spawnSync('ninja', ['--version']).status === 0;
  must('cmake', ['--preset', 'asan', ...(hasNinja ? [] : ['-G', 'Unix Makefiles'])]);
  const jobs = String(availableParallelism());
  must('cmake', ['--build', '--preset', 'asan', '--target', 'pinlatch', '--parallel', jobs]);
  return join(BUILD, 'pinlatch.node');
}

/** The run time that belongs to the compiler of the build. */
function runTime() {
  const cache = readFileSync(join(BUILD, 'CMakeCache.txt'), 'utf8');
  const compiler = /^CMAKE_CXX_COMPILER:\w+=(.+)$/m.exec(cache)?.[1] ?? 'c++';
  const { stdout } = spawnSync(compiler, ['-print-file-name=libasan.so'], { encoding: 'utf8' });
  const path = stdout.trim();
  if (existsSync(path)) return path;
  throw new Error(`${compiler} has no libasan.so: ${path}`);
}

const args = process.argv.slice(2);
const other = args[0] === '--addon' ? resolve(args.splice(0, 2)[1]) : undefined;
const built = build();
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS);

// A report goes to a file of its own, whatever a test does with the standard error. Leaks do not
// change the exit code of a gateway, which tests look at; errors do, by abort().
const failed = run('npx', ['tap', '--timeout=170', ...(args.length > 0 ? args : TESTS)], {
  env: {
    ...process.env,
    PINLATCH_ADDON: other ?? built,
    PINLATCH_TEST_PRELOAD: runTime(),
    ASAN_OPTIONS: `detect_leaks=1:exitcode=0:abort_on_error=1:log_path=${join(REPORTS, 'report')}`,
    UBSAN_OPTIONS: `print_stacktrace=1:abort_on_error=1:log_path=${join(REPORTS, 'report')}`,
  },
});
const reports = readdirSync(REPORTS).map((name) => readFileSync(join(REPORTS, name), 'utf8'));
for (const report of reports) console.error(report);
console.log(`${reports.length} sanitizer reports`);
process.exit(failed !== 0 || reports.length > 0 ? 1 : 0);
