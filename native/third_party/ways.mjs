// Tells, before anything is fetched, which sources are not in place yet and whether there is a way to each: a tarball
// on this machine, the Debian archive, upstream's site. Downloads nothing.

import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { whyNoArchive } from './debian-archive.mjs';
import { isInPlace, placesFrom } from './fetch.mjs';
import { allowedItems } from './versions.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ANSWER_MS = 10_000;

const isFile = (path) =>
  access(path).then(
    () => true,
    () => false,
  );

async function isLocal(item, { userDir, cacheDir }) {
  const folders = [userDir, cacheDir].filter((folder) => folder !== undefined);
  const found = await Promise.all(folders.map((folder) => isFile(join(folder, item.file))));
  return found.includes(true);
}

// Any answer will do: that the file is there is for the fetch to see.
async function whyNoSite(url) {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal });
    return undefined;
  } catch (error) {
    const { code, message } = error.cause ?? error;
    return `${new URL(url).host}: ${code ?? message}`;
  }
}

/** Network asks each site once, and the Debian archive's configuration once. */
class Network {
  #archive;
  #sites = new Map();

  constructor(environment) {
    this.environment = environment;
  }

  async whyNot({ debian, upstream }) {
    const whys = [];
    if (debian !== undefined) {
      this.#archive ??= whyNoArchive(this.environment);
      whys.push(await this.#archive);
    }
    if (upstream !== undefined && !whys.includes(undefined)) {
      const { host } = new URL(upstream);
      if (!this.#sites.has(host)) this.#sites.set(host, whyNoSite(upstream));
      whys.push(await this.#sites.get(host));
    }
    return whys.includes(undefined) ? [] : whys;
  }
}

async function whyNoWay(items, places, network) {
  for (const item of items) if (await isLocal(item, places)) return [];
  if (places.offline) return [`PINLATCH_OFFLINE=1, and no tarball in ${places.cacheDir}`];
  const whys = new Set();
  for (const item of items) {
    const found = await network.whyNot(item);
    if (found.length === 0) return [];
    for (const why of found) whys.add(why);
  }
  return [...whys];
}

async function pending(lock, places, tests) {
  const chosen = Object.entries(lock).filter(([, { testsOnly = false }]) => tests || !testsOnly);
  const found = await Promise.all(
    chosen.map(async ([name, entry]) =>
      (await isInPlace(name, entry, places)) ? [] : [[name, entry]],
    ),
  );
  return found.flat();
}

/**
 * lackingSources says whether every source is unpacked, and lists those to which there is no way. `tests`: also what only
 * tests need.
 */
export async function lackingSources({ environment, tests = false, root = HERE }) {
  const lock = JSON.parse(await readFile(join(root, 'lock.json'), 'utf8'));
  const places = placesFrom(environment, root);
  const wanted = await pending(lock, places, tests);
  const network = new Network(environment);
  const without = new Map();
  for (const [name, entry] of wanted) {
    const why = (await whyNoWay(allowedItems(name, entry, places), places, network)).join('; ');
    if (why !== '') without.set(why, [...(without.get(why) ?? []), name]);
  }
  const missing = [...without].map(([found, names]) => ({
    what: `a way to the sources of ${names.join(', ')}`,
    found: `${found}; native/third_party/README.md tells the other ways`,
    packages: [],
  }));
  return { areInPlace: wanted.length === 0, missing };
}
