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

/** makeStamp is the stamp of a source made from a tarball of this SHA-256 and these patches. */
export function makeStamp(version, sha256, patches) {
  return { version, sha256, patches: patches.map((patch) => `${patch.name}:${patch.sha256}`) };
}

/** readStamp is the stamp of an unpacked source, or undefined where there is none. */
export async function readStamp(srcDir, name) {
  try {
    return JSON.parse(await readFile(join(srcDir, name, STAMP), 'utf8'));
  } catch {
    return undefined;
  }
}

/** isCurrent tells whether a stamp matches one of the accepted SHA-256 sums and these patches. */
export function isCurrent(stamp, acceptedSums, patches) {
  if (stamp === undefined || !acceptedSums.includes(stamp.sha256)) return false;
  const wanted = makeStamp(stamp.version, stamp.sha256, patches);
  return JSON.stringify(stamp.patches) === JSON.stringify(wanted.patches);
}

async function applyPatch(dir, patch) {
  try {
    await run('patch', ['-p1', '--no-backup-if-mismatch', '--batch', '-i', patch.path], {
      cwd: dir,
    });
  } catch (error) {
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

/** unpack replaces `srcDir`/`name` by the tarball's content with the patches applied. */
export async function unpack({ name, version, tarball, sha256, patches, srcDir }) {
  await mkdir(srcDir, { recursive: true });
  const scratch = await mkdtemp(join(srcDir, `.${name}-`));
  try {
    const fresh = join(scratch, 'new');
    await mkdir(fresh);
    const tarOptions = ['--strip-components=1', '--no-same-owner'];
    await run('tar', ['-xf', tarball, '-C', fresh, ...tarOptions]).catch((error) => {
      throw new Error(
        `tar cannot unpack ${tarball} (bzip2 and xz-utils installed?): ${error.stderr}`,
      );
    });
    for (const patch of patches) await applyPatch(fresh, patch);
    const stamp = makeStamp(version, sha256, patches);
    await writeFile(join(fresh, STAMP), `${JSON.stringify(stamp, null, 2)}\n`);
    await replaceFolder(fresh, join(srcDir, name), scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
