#!/usr/bin/env node
// Runs the end-to-end suite over HTTP/2: every file that asks by the usual clients (test/support/client.ts and
// http-connection.ts), which PINLATCH_TEST_HTTP=2 makes speak HTTP/2 and nothing else. A single test that is about HTTP/1.1 asks
// by connectRaw, and does so here as well.
// usage: test-over-http2.mjs [options of tap]

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { argv, env, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const E2E = join(ROOT, 'test', 'e2e');
const SUPPORT = join(ROOT, 'test', 'support');

/** LEFT_OUT are files about HTTP/1.1 itself, each with what holds in its place over HTTP/2, or with another reason. */
const LEFT_OUT = {
  'a-connection-carries-so-many-requests-and-no-more': 'http2-ends-in-an-orderly-way',
  'a-killed-gateway-starts-with-the-old-or-the-new-configuration-whole':
    'about what lies on the disk; it takes as long as it may',
  'a-websocket-ends-when-access-ends': 'websockets-open-over-http2',
  'answers-pipelined-requests-in-order': 'http2-carries-many-requests-at-once',
  'chunked-bodies-pass-and-trailers-do-not': 'http2-carries-many-requests-at-once',
  'commands-tell-the-truth-about-a-reload': 'about the command line',
  'keys-are-renewed-on-an-open-connection': 'about TLS; openssl s_client asks',
  'openssl-comes-back-by-ticket': 'about TLS; openssl s_client asks',
  'refused-upgrades-leave-nothing-behind': 'websockets-open-over-http2',
  'serves-http-1-0-clients': 'there is no other version of HTTP/2',
  'tunnels-have-back-pressure-ends-and-a-limit-of-idleness': 'websockets-open-over-http2',
  'websockets-pass-with-the-client-certificate': 'websockets-open-over-http2',
};

/** These ask in a protocol of their own choice, whatever the run. */
const CHOOSE_THEMSELVES = /^(http2-|curl-and-nghttp|h2load|websockets-open|a-replaced-list-cuts)/;

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
  .filter((name) => name.endsWith('.test.ts') && !CHOOSE_THEMSELVES.test(name))
  .filter((name) => !(name.slice(0, -'.test.ts'.length) in LEFT_OUT))
  .map((name) => join(E2E, name))
  .filter((file) => reaches(file))
  .map((file) => relative(ROOT, file));

const { status } = spawnSync('npx', ['tap', ...argv.slice(2), ...files], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...env, PINLATCH_TEST_HTTP: '2' },
});
exit(status ?? 1);
