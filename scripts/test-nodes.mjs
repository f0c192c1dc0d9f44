#!/usr/bin/env node
// Runs the tests of the commands, and an end-to-end smoke, with the programs under each Node.js that is supported; test/nodes
// pins them. The tests themselves run in the Node.js of this process. usage: test-nodes.mjs [VERSION…] [test files]

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODES = join(ROOT, 'test', 'nodes');
const TESTS = [
  'a-reload-is-all-or-nothing',
  'a-signal-before-node-has-started-ends-nothing',
  'check-warns-of-a-route-that-is-passed-by',
  'commands-tell-the-truth-about-a-reload',
  'computes-with-either-crypto-provider',
  'diff-names-the-clients-that-would-lose-access',
  'each-node-is-served-as-a-client',
  'every-command-says-what-it-has-to-say-and-no-more',
  'init-writes-a-working-gateway',
  'mtls-matrix-holds-for-node',
  'output-that-cannot-be-written-is-told-and-fails',
  'refuses-to-start-with-a-clear-message',
].map((name) => `test/e2e/${name}.test.ts`);

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** wantedNodes are the names of test/nodes that this machine's processor runs. */
function wantedNodes() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(NODES, 'package.json'), 'utf8'));
  const names = Object.keys(optionalDependencies).filter((name) => name.endsWith(process.arch));
  if (names.length > 0) return names;
  throw new Error(`test/nodes has no Node.js for ${process.arch}`);
}

const binaryOf = (name) => join(NODES, 'node_modules', name, 'bin', 'node');

const asked = process.argv.slice(2);
const versions = asked.filter((word) => /^\d+$/.test(word));
const files = asked.filter((word) => !/^\d+$/.test(word));
const names = wantedNodes();
if (!names.every((name) => existsSync(binaryOf(name)))) run('npm', ['ci', '--prefix', NODES]);
for (const name of names) {
  const [, version] = name.split('-');
  if (versions.length > 0 && !versions.includes(version)) continue;
  const env = { ...process.env, PINLATCH_TEST_NODE: binaryOf(name) };
  console.log(`\n--- Node ${version}`);
  run('npx', ['tap', '--disable-coverage', ...(files.length > 0 ? files : TESTS)], { env });
}
