#!/usr/bin/env node
// Runs over HTTP/2 every end-to-end test whose client does not care what carries a request: those
// that use test/support/client.ts. PINLATCH_TEST_HTTP=2 makes that client speak HTTP/2 and nothing
// else. Tests that write HTTP/1.1 byte by byte have their counterparts in test/e2e/http2-*.
// usage: test-over-http2.mjs [options of tap]

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv, env, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const E2E = join(ROOT, 'test', 'e2e');

/** LEFT_OUT are files that use the client and still are about HTTP/1.1, with the reason. */
const LEFT_OUT = {};

const files = readdirSync(E2E)
  .filter((name) => name.endsWith('.test.ts') && !(name in LEFT_OUT))
  .filter((name) => readFileSync(join(E2E, name), 'utf8').includes("'../support/client.js'"))
  .map((name) => join('test', 'e2e', name));

const { status } = spawnSync('npx', ['tap', ...argv.slice(2), ...files], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...env, PINLATCH_TEST_HTTP: '2' },
});
exit(status ?? 1);
