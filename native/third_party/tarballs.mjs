// Finds a tarball that lock.json names (the user's folder, the cache, the Debian archive, upstream's
// release) and verifies its SHA-256 before anybody else may see it. Owns the cache folder; unpacks nothing.

import { copyFile, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { sha256File } from './unpack.mjs';

const UPSTREAM_TIMEOUT_MS = 120_000;

/** TamperedError: a tarball is there but is not the one that the lock file names. */
export class TamperedError extends Error {
  constructor(path, expected, actual) {
    super(
      `${path} is not what lock.json names.\n` +
        `  expected SHA-256 ${expected}\n  found    SHA-256 ${actual}\n` +
        '  It was not unpacked and has been left as it is. Find out where it came from, then\n' +
        '  delete it and run this again.',
    );
    this.name = 'TamperedError';
  }
}

const isFile = (path) =>
  stat(path).then(
    (info) => info.isFile(),
    () => false,
  );

async function verify(path, expected) {
  const actual = await sha256File(path);
  if (actual !== expected) throw new TamperedError(path, expected, actual);
}

/** findLocal is the first accepted tarball in `dir`; a file of that name with other bytes throws. */
export async function findLocal(dir, accepted) {
  for (const item of accepted) {
    const path = join(dir, item.file);
    if (!(await isFile(path))) continue;
    await verify(path, item.sha256);
    return { ...item, path };
  }
  return undefined;
}

/** findUnlocked is whatever tarball of `name` the user's folder has. Only on explicit opt-in. */
export async function findUnlocked(dir, name, say) {
  const files = (await readdir(dir).catch(() => [])).sort();
  const file = files.find((entry) => entry.startsWith(name) && /\.tar\.\w+$/.test(entry));
  if (file === undefined) return undefined;
  const path = join(dir, file);
  const sha256 = await sha256File(path);
  say(`!!! PINLATCH_ALLOW_UNLOCKED=1: building ${name} from ${path}`);
  say(`!!! which lock.json does not vouch for (SHA-256 ${sha256}). Do not ship this build.`);
  return { version: `unlocked ${file}`, file, sha256, path };
}

/** adopt verifies a download beside the cache and gives it its lock file name there. */
async function adopt(download, item, cacheDir) {
  await verify(download, item.sha256);
  const path = join(cacheDir, item.file);
  await rename(download, path);
  return { ...item, path };
}

async function newDownload(item, cacheDir) {
  await mkdir(cacheDir, { recursive: true });
  return join(cacheDir, `${item.file}.${process.pid}.download`);
}

/** fromDebian takes `item` from the archive into the cache, or throws with the reason. */
export async function fromDebian(item, places, archive) {
  const { source, suite } = item.debian;
  const tarball = await archive.download(source, suite, item.file);
  const download = await newDownload(item, places.cacheDir);
  await copyFile(tarball, download);
  return adopt(download, item, places.cacheDir);
}

async function fromUpstream(item, places) {
  const response = await fetch(item.upstream, { signal: AbortSignal.timeout(UPSTREAM_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const download = await newDownload(item, places.cacheDir);
  await writeFile(download, Buffer.from(await response.arrayBuffer()));
  return adopt(download, item, places.cacheDir);
}

/** firstLine is what an error of a download has to say in one line. */
export const firstLine = (error) =>
  (error.stderr || error.cause?.message || error.message).trim().split('\n')[0];

/** findRemote asks the Debian archive, then upstream; what kept them from it goes to `reasons`. */
export async function findRemote(item, places, archive, reasons) {
  const attempts = [
    [`Debian ${item.debian?.suite}`, item.debian, () => fromDebian(item, places, archive)],
    [`upstream ${item.upstream}`, item.upstream, () => fromUpstream(item, places)],
  ];
  for (const [label, known, attempt] of attempts) {
    if (known === undefined) continue;
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof TamperedError) throw error;
      reasons.push(`${item.version} at ${label}: ${firstLine(error)}`);
    }
  }
  return undefined;
}
