#!/usr/bin/env node
// Configures, builds and runs the native tests of one preset (default: dev). Ninja and ccache make
// it faster and are not needed. --compile runs nothing.
// usage: test-native.mjs [dev|asan|tsan|aarch64|armv7hf] [--compile | ctest args]

import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireTools } from './prerequisites.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
// Where threads meet: the other layers have none for ThreadSanitizer to watch.
const LAYERS = { tsan: ['base', 'telemetry', 'io', 'tls', 'server'] };
const PRESETS = ['dev', 'asan', 'tsan', 'aarch64', 'armv7hf'];
const CMAKE_WITH_PRESETS = [3, 25]; // of version 6, as CMakePresets.json has them
const [first, ...rest] = process.argv.slice(2);
const preset = PRESETS.includes(first) ? first : 'dev';
const ctestArgs = preset === first ? rest : process.argv.slice(2);
const compilesOnly = ctestArgs[0] === '--compile';
const jobs = String(availableParallelism());

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

await requireTools({ cmake: CMAKE_WITH_PRESETS, tests: true });
const hasNinja = spawnSync('ninja', ['--version']).status === 0;

run('cmake', ['--preset', preset, ...(hasNinja ? [] : ['-G', 'Unix Makefiles'])]);
const layers = LAYERS[preset];
const targets = layers === undefined ? [] : ['--target', ...layers.map((name) => `test_${name}`)];
const chosen = layers === undefined ? [] : ['-R', `^native\\.(${layers.join('|')})(\\.host)?$`];
run('cmake', ['--build', '--preset', preset, '--parallel', jobs, ...targets]);
if (!compilesOnly) run('ctest', ['--preset', preset, '--parallel', jobs, ...chosen, ...ctestArgs]);
