#!/usr/bin/env node
// Runs over HTTP/2 every end-to-end test whose client does not care what carries a request: those
// that use test/support/client.ts. PINLATCH_TEST_HTTP=2 makes that client speak HTTP/2 and nothing
// else. Tests that write HTTP/1.1 byte by byte have their counterparts in test/e2e/http2-*.
// usage: test-over-http2.mjs [options of tap]

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { argv, env, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const E2E = join(ROOT, 'test', 'e2e');
const SUPPORT = join(ROOT, 'test', 'support');

/** LEFT_OUT are files that use the client and still are about HTTP/1.1, with the reason. */
const LEFT_OUT = {
  'a-killed-gateway-starts-with-the-old-or-the-new-configuration-whole.test.ts':
    'it is about what lies on the disk, and takes as long as it may',
};

/** CLIENTS are the modules that make requests over either protocol. */
const CLIENTS = ['client.ts', 'http-connection.ts'].map((name) => join(SUPPORT, name));

/** importsOf lists the modules of the project that a file imports. */
function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/from '(\.[^']+)\.js'/g)].map(([, path]) =>
    join(dirname(file), `${path}.ts`),
  );
}

/** reaches says whether a file makes requests by one of the clients, by itself or through what it imports. */
function reaches(file, seen = new Set()) {
  if (CLIENTS.includes(file)) return true;
  if (seen.has(file) || !file.startsWith(dirname(E2E))) return false;
  seen.add(file);
  return importsOf(file).some((other) => reaches(other, seen));
}

const files = readdirSync(E2E)
  .filter((name) => name.endsWith('.test.ts') && !(name in LEFT_OUT))
  .map((name) => join(E2E, name))
  .filter((file) => reaches(file))
  .map((file) => relative(ROOT, file));

const { status } = spawnSync('npx', ['tap', ...argv.slice(2), ...files], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...env, PINLATCH_TEST_HTTP: '2' },
});
exit(status ?? 1);
