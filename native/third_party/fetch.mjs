#!/usr/bin/env node
// Brings the vendored C sources to native/third_party/src: finds a tarball, verifies its SHA-256
// against lock.json, unpacks and patches it. Does nothing, quickly, when all of it is in place.
// Needs only Node, tar and patch. README.md beside this file tells where it looks and why.

import { realpathSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openDebianArchive } from './debian-archive.mjs';
import { isCurrent, listPatches, readStamp, sha256File, unpack } from './unpack.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
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

/** MissingError: no place had an accepted tarball; the text says what to put where. */
export class MissingError extends Error {
  constructor(name, accepted, reasons, places) {
    const wanted = accepted.map((item) => `  ${item.file}\n    SHA-256 ${item.sha256}`).join('\n');
    super(
      `no source for ${name} could be found. Looked at:\n` +
        `${reasons.map((reason) => `  - ${reason}`).join('\n')}\n` +
        `Get one of these files\n${wanted}\nand put it into ${places.cacheDir}, or into a folder of ` +
        'your own\nthat PINLATCH_THIRD_PARTY_DIR names; then run this again.',
    );
    this.name = 'MissingError';
  }
}

/** placesFrom reads the environment: where tarballs are looked for and where sources go. */
export function placesFrom(env, root = HERE) {
  const cacheHome = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return {
    userDir: env.PINLATCH_THIRD_PARTY_DIR || undefined,
    cacheDir: join(env.PINLATCH_CACHE_DIR || join(cacheHome, 'pinlatch'), 'third_party'),
    srcDir: join(root, 'src'),
    patchesDir: join(root, 'patches'),
    allowUnlocked: env.PINLATCH_ALLOW_UNLOCKED === '1',
    offline: env.PINLATCH_OFFLINE === '1',
  };
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

async function fromDebian(item, places, archive) {
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

const firstLine = (error) =>
  (error.stderr || error.cause?.message || error.message).trim().split('\n')[0];

async function findRemote(item, places, archive, reasons) {
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

/** findTarball looks in order at the user's folder, the cache, the Debian archive and upstream. */
export async function findTarball(name, accepted, places, archive, say) {
  const reasons = [];
  if (places.userDir !== undefined) {
    if (places.allowUnlocked) {
      const unlocked = await findUnlocked(places.userDir, name, say);
      if (unlocked !== undefined) return unlocked;
    }
    const found = await findLocal(places.userDir, accepted);
    if (found !== undefined) return found;
    reasons.push(`your folder ${places.userDir}: no such file`);
  }
  // The best version wins wherever it is: an old one in the cache must not hide a new one.
  for (const item of accepted) {
    const cached = await findLocal(places.cacheDir, [item]);
    if (cached !== undefined) return cached;
    if (places.offline) continue;
    const remote = await findRemote(item, places, archive, reasons);
    if (remote !== undefined) return remote;
  }
  reasons.push(`the cache ${places.cacheDir}: no such file`);
  if (places.offline) reasons.push('the network: not asked, PINLATCH_OFFLINE=1');
  throw new MissingError(name, accepted, reasons, places);
}

async function ensureSource(name, entry, places, archive, say) {
  const patches = await listPatches(places.patchesDir, name);
  const stamp = await readStamp(places.srcDir, name);
  const sums = entry.accepted.map((item) => item.sha256);
  const optedOut = places.allowUnlocked && places.userDir !== undefined;
  if (!optedOut && isCurrent(stamp, sums, patches)) {
    warnOfFallback(
      entry.accepted.find((item) => item.sha256 === stamp.sha256),
      say,
    );
    return;
  }
  const tarball = await findTarball(name, entry.accepted, places, archive, say);
  warnOfFallback(tarball, say);
  const { version, sha256, path } = tarball;
  await unpack({ name, version, sha256, tarball: path, patches, srcDir: places.srcDir });
  say(`${name} ${version}: unpacked, ${patches.length} patch(es) applied`);
}

function warnOfFallback(item, say) {
  if (item.notice !== undefined) say(`!!! ${item.notice}`);
}

/** ensureAll brings every source of `lock` (or only those in `names`) into place, or throws. */
export async function ensureAll({ lock, names, places, say }) {
  const items = Object.values(lock).flatMap((entry) => entry.accepted);
  const suites = [...new Set(items.flatMap((item) => item.debian?.suite ?? []))];
  const archive = openDebianArchive(suites);
  try {
    for (const [name, entry] of Object.entries(lock)) {
      if (names.length > 0 && !names.includes(name)) continue;
      await ensureSource(name, entry, places, archive, say);
    }
  } finally {
    await archive.close();
  }
}

async function main() {
  const lock = JSON.parse(await readFile(join(HERE, 'lock.json'), 'utf8'));
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in lock));
  if (unknown.length > 0) throw new Error(`not in lock.json: ${unknown.join(', ')}`);
  const say = (line) => console.error(`third_party: ${line}`);
  await ensureAll({ lock, names, places: placesFrom(process.env), say });
}

if (
  process.argv[1] !== undefined &&
  fileURLToPath(import.meta.url) === realpathSync(process.argv[1])
) {
  main().catch((error) => {
    console.error(`third_party: ${error.message}`);
    process.exitCode = 1;
  });
}
