// A tiny vendored source for the tests of fetch.mjs: a tarball, a lock that names it, and places
// in a temporary folder. Never asks the network.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { placesFrom } from '../../../native/third_party/fetch.mjs';

const FILE = 'tiny_1.0.orig.tar.gz';

/** packTiny writes the tarball to `dir` and gives its path and the lock that names it. */
export function packTiny(dir: string, content = 'int tiny;\n') {
  mkdirSync(join(dir, 'pack', 'tiny-1.0'), { recursive: true });
  mkdirSync(join(dir, 'tarballs'), { recursive: true });
  writeFileSync(join(dir, 'pack', 'tiny-1.0', 'tiny.c'), content);
  const path = join(dir, 'tarballs', FILE);
  execFileSync('tar', ['-czf', path, '-C', join(dir, 'pack'), 'tiny-1.0']);
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  return { path, lock: lockFor(sha256) };
}

/** lockFor is a lock that accepts one tarball of `tiny` with this SHA-256. */
export function lockFor(sha256: string) {
  return { tiny: { license: 'MIT', accepted: [{ version: '1.0', file: FILE, sha256 }] } };
}

/** placesIn is where fetch.mjs looks and unpacks, all of it inside `dir`. */
export function placesIn(dir: string, env: Record<string, string> = {}) {
  const base = { PINLATCH_CACHE_DIR: join(dir, 'cache'), PINLATCH_OFFLINE: '1' };
  return placesFrom({ ...base, ...env }, join(dir, 'third_party'));
}

/** fetchTiny runs the whole of fetch.mjs's work and gives what it said. */
export async function fetchTiny(lock: object, places: object): Promise<string[]> {
  const { ensureAll } = await import('../../../native/third_party/fetch.mjs');
  const said: string[] = [];
  await ensureAll({ lock, names: [], places, say: (line: string) => said.push(line) });
  return said;
}
