// Turns a verified tarball into native/third_party/src/<name>, patched and stamped, in one rename.
// Owns the src folder; may not fetch anything and may not judge which tarball is right.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** STAMP is the file in an unpacked source that says what it was made from. */
export const STAMP = '.pinlatch-stamp.json';

/** sha256File is the SHA-256 of a file's bytes, in lower-case hex. */
export async function sha256File(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** listPatches gives `{ name, path, sha256 }` of every patch for `name`, in order of file name. */
export async function listPatches(patchesDir, name) {
  const dir = join(patchesDir, name);
  const files = await readdir(dir).catch(() => []);
  const patches = files.filter((file) => file.endsWith('.patch')).sort();
  return Promise.all(
    patches.map(async (file) => {
      const path = join(dir, file);
      return { name: file, path, sha256: await sha256File(path) };
    }),
  );
}

const sumsOf = (patches) => patches.map((patch) => `${patch.name}:${patch.sha256}`);

/** readStamp is the stamp of an unpacked source, or undefined where there is none. */
export async function readStamp(srcDir, name) {
  try {
    return JSON.parse(await readFile(join(srcDir, name, STAMP), 'utf8'));
  } catch {
    return undefined;
  }
}

/** hasPatches tells whether a source with this stamp was made with these very patches. */
export function hasPatches(stamp, patches) {
  return JSON.stringify(stamp.patches) === JSON.stringify(sumsOf(patches));
}

/** checkFiles throws unless each of `files` (path → SHA-256) in `dir` is what lock.json names. */
async function checkFiles(dir, files, tarball) {
  for (const [path, expected] of Object.entries(files)) {
    const actual = await sha256File(join(dir, path));
    if (actual !== expected) {
      throw new Error(
        `${path} in ${tarball} is not what lock.json names: expected SHA-256 ${expected}, found ${actual}`,
      );
    }
  }
}

// Who builds by npm has been told in a list of everything that is missing (scripts/prerequisites.mjs).
const notThere = (tool, cause) =>
  new Error(`${tool} is not on the PATH: apt-get install ${tool}`, { cause });

async function applyPatch(dir, patch) {
  try {
    await run('patch', ['-p1', '--no-backup-if-mismatch', '--batch', '-i', patch.path], {
      cwd: dir,
    });
  } catch (error) {
    if (error.code === 'ENOENT') throw notThere('patch', error);
    throw new Error(`patch ${patch.name} does not apply: ${error.stdout ?? ''}${error.message}`);
  }
}

async function replaceFolder(from, to, scratch) {
  await rename(to, join(scratch, 'old')).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(from, to).catch((error) => {
    // Another build has just put the same source there.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

async function extract(tarball, into) {
  await mkdir(into);
  await run('tar', ['-xf', tarball, '-C', into, '--strip-components=1', '--no-same-owner']).catch(
    (error) => {
      if (error.code === 'ENOENT') throw notThere('tar', error);
      throw new Error(
        `tar cannot unpack ${tarball} (bzip2 and xz-utils installed?): ${error.stderr}`,
      );
    },
  );
}

/**
 * unpack replaces `srcDir`/`name` by the tarball's content with the patches applied. `files`, where lock.json
 * has it, is what the code in the tarball must be. `tests` is for a version that lock.json does not name: the
 * native tests that have to pass before anything is built from it (native/cmake/followed.cmake).
 */
export async function unpack({ name, path, version, sha256, tests, files = {}, patches, srcDir }) {
  await mkdir(srcDir, { recursive: true });
  const scratch = await mkdtemp(join(srcDir, `.${name}-`));
  try {
    const fresh = join(scratch, 'new');
    await extract(path, fresh);
    await checkFiles(fresh, files, path);
    for (const patch of patches) await applyPatch(fresh, patch);
    const stamp = { version, sha256, tests, patches: sumsOf(patches) };
    await writeFile(join(fresh, STAMP), `${JSON.stringify(stamp, null, 2)}\n`);
    await replaceFolder(fresh, join(srcDir, name), scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
