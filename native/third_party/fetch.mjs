#!/usr/bin/env node
// Brings the vendored C sources to native/third_party/src: finds a tarball, verifies its SHA-256
// against lock.json, unpacks and patches it. Does nothing, quickly, when all of it is in place.
// Needs only Node, tar and patch. README.md beside this file tells where it looks and why.

import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openDebianArchive } from './debian-archive.mjs';
import { findLocal, findRemote, findUnlocked } from './tarballs.mjs';
import { hasPatches, listPatches, readStamp, unpack } from './unpack.mjs';
import { allowedItems, findFollowed, mayFollow, optInHints, sayFollowed } from './versions.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));

/** MissingError: no place had an accepted tarball; the text says what to put where. */
export class MissingError extends Error {
  constructor(name, entry, reasons, places) {
    const wanted = allowedItems(name, entry, places)
      .map((item) => `  ${item.file}\n    SHA-256 ${item.sha256}`)
      .join('\n');
    const hints = optInHints(name, entry, places).map((hint) => `\n${hint}`);
    super(
      `no source for ${name} could be found. Looked at:\n` +
        `${reasons.map((reason) => `  - ${reason}`).join('\n')}\n` +
        `Get one of these files\n${wanted}\nand put it into ${places.cacheDir}, or into a folder of ` +
        `your own\nthat PINLATCH_THIRD_PARTY_DIR names; then run this again.${hints.join('')}`,
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
    allowVersions: (env.PINLATCH_ALLOW_VERSION ?? '').split(',').map((name) => name.trim()),
    offline: env.PINLATCH_OFFLINE === '1',
  };
}

/** findTarball looks in order at the user's folder, the cache, the Debian archive and upstream. */
export async function findTarball(name, entry, places, archive, say) {
  const accepted = allowedItems(name, entry, places);
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
  if (!places.offline) {
    const followed = await findFollowed(name, entry, places, archive, { reasons, say });
    if (followed !== undefined) return followed;
  }
  reasons.push(`the cache ${places.cacheDir}: no such file`);
  if (places.offline) reasons.push('the network: not asked, PINLATCH_OFFLINE=1');
  throw new MissingError(name, entry, reasons, places);
}

/** isUsable tells whether what is unpacked may stay, and says what its user should know of it. */
function isUsable(name, entry, stamp, places, say) {
  const item = allowedItems(name, entry, places).find(({ sha256 }) => sha256 === stamp.sha256);
  if (item !== undefined) {
    warn(item, say);
    return true;
  }
  if (stamp.tests === undefined || !mayFollow(entry, stamp.version)) return false;
  sayFollowed(name, stamp, entry, say);
  return true;
}

/** isInPlace tells whether what is unpacked of a source is what would be unpacked; `say` hears what its user should know. */
export async function isInPlace(name, entry, places, say = () => {}) {
  const patches = await listPatches(places.patchesDir, name);
  const stamp = await readStamp(places.srcDir, name);
  const optedOut = places.allowUnlocked && places.userDir !== undefined;
  if (optedOut || stamp === undefined || !hasPatches(stamp, patches)) return false;
  return isUsable(name, entry, stamp, places, say);
}

async function ensureSource(name, entry, places, archive, say) {
  if (await isInPlace(name, entry, places, say)) return;
  const patches = await listPatches(places.patchesDir, name);
  const found = await findTarball(name, entry, places, archive, say);
  warn(found, say);
  const files = entry.files?.[found.version];
  await unpack({ name, ...found, patches, files, srcDir: places.srcDir });
  say(`${name} ${found.version}: unpacked, ${patches.length} patch(es) applied`);
}

function warn(item, say) {
  const notice = item.optIn ?? item.notice;
  if (notice !== undefined) say(`!!! ${notice}`);
}

/** ensureAll brings every source of `lock` (or only those in `names`) into place, or throws. */
export async function ensureAll({ lock, names, places, say, archive = archiveFor(lock) }) {
  try {
    for (const [name, entry] of Object.entries(lock)) {
      if (names.length > 0 && !names.includes(name)) continue;
      await ensureSource(name, entry, places, archive, say);
    }
  } finally {
    await archive.close();
  }
}

function archiveFor(lock) {
  const items = Object.values(lock).flatMap((entry) => entry.accepted);
  return openDebianArchive([...new Set(items.flatMap((item) => item.debian?.suite ?? []))]);
}

// The archives take their time.
async function sayPending(lock, names, places, say) {
  const pending = [];
  for (const name of names.length > 0 ? names : Object.keys(lock)) {
    if (!(await isInPlace(name, lock[name], places))) pending.push(name);
  }
  if (pending.length > 0) say(`looking for ${pending.join(', ')}`);
}

async function main() {
  const lock = JSON.parse(await readFile(join(HERE, 'lock.json'), 'utf8'));
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in lock));
  if (unknown.length > 0) throw new Error(`not in lock.json: ${unknown.join(', ')}`);
  const say = (line) => console.error(`third_party: ${line}`);
  const places = placesFrom(process.env);
  await sayPending(lock, names, places, say);
  await ensureAll({ lock, names, places, say });
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
