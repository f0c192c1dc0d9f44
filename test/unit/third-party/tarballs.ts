// A tiny vendored source for the tests of fetch.mjs: a tarball, a lock that names it, and places
// in a temporary folder. Never asks the network.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { placesFrom } from '../../../native/third_party/fetch.mjs';

const FILE = 'tiny_1.0.orig.tar.gz';

/** pack writes a tarball with one source file to `dir`/tarballs and gives its path and SHA-256. */
export function pack(dir: string, file: string, content: string) {
  mkdirSync(join(dir, 'pack', 'tiny'), { recursive: true });
  mkdirSync(join(dir, 'tarballs'), { recursive: true });
  writeFileSync(join(dir, 'pack', 'tiny', 'tiny.c'), content);
  const path = join(dir, 'tarballs', file);
  execFileSync('tar', ['-czf', path, '-C', join(dir, 'pack'), 'tiny']);
  return { path, file, sha256: sha256Of(readFileSync(path)) };
}

/** sha256Of is the SHA-256 of `bytes` in lower-case hex. */
export const sha256Of = (bytes: string | Buffer) =>
  createHash('sha256').update(bytes).digest('hex');

/** packTiny writes the tarball to `dir` and gives its path and the lock that names it. */
export function packTiny(dir: string, content = 'int tiny;\n') {
  const { path, sha256 } = pack(dir, FILE, content);
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
export async function fetchTiny(lock: object, places: object, archive = noArchive) {
  const { ensureAll } = await import('../../../native/third_party/fetch.mjs');
  const said: string[] = [];
  await ensureAll({ lock, names: [], places, say: (line: string) => said.push(line), archive });
  return said;
}

/** noArchive has nothing. */
export const noArchive: Archive = {
  download: async (_source, suite, file) => {
    throw new Error(`suite ${suite} no longer carries ${file}`);
  },
  newest: async () => {
    throw new Error('the index names no upstream tarball with a SHA-256');
  },
  close: async () => {},
};

/** archiveWith carries one tarball, and its index names it with the SHA-256 `sum`. */
export function archiveWith(packed: ReturnType<typeof pack>, sum = packed.sha256): Archive {
  return {
    ...noArchive,
    download: async (source, suite, file) =>
      file === packed.file ? packed.path : noArchive.download(source, suite, file),
    newest: async () => ({ file: packed.file, sha256: sum }),
  };
}

interface Archive {
  download(source: string, suite: string, file: string): Promise<string>;
  newest(source: string, suite: string): Promise<{ file: string; sha256: string }>;
  close(): Promise<void>;
}
