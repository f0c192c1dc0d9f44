// Judges which versions of a source may be built: those that lock.json accepts, those that the user
// names, and a newer one of a series that is followed. Fetches through `archive` alone.

import { firstLine, fromDebian, TamperedError } from './tarballs.mjs';

const numbersOf = (version) => version.split('.').map(Number);

/** isNewer compares versions of numbers and dots. */
export function isNewer(version, than) {
  const [left, right] = [numbersOf(version), numbersOf(than)];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** allowedItems is what of `accepted` may be used: an item with `optIn` only when its user names it. */
export function allowedItems(name, entry, places) {
  return entry.accepted.filter(
    (item) => item.optIn === undefined || places.allowVersions.includes(`${name}-${item.version}`),
  );
}

/** optInHints says of each item that was not allowed what would allow it, and what speaks against it. */
export function optInHints(name, entry, places) {
  const allowed = allowedItems(name, entry, places);
  return entry.accepted
    .filter((item) => !allowed.includes(item))
    .map((item) => `PINLATCH_ALLOW_VERSION=${name}-${item.version} allows that one. ${item.optIn}`);
}

/** mayFollow tells whether `version` is a newer one of the series that lock.json follows. */
export function mayFollow(entry, version) {
  return (
    entry.follows !== undefined &&
    /^\d+(\.\d+)+$/.test(version) &&
    version.startsWith(`${entry.follows.series}.`) &&
    isNewer(version, entry.accepted[0].version)
  );
}

/**
 * findFollowed is the newer version that the archive, whose index Debian's keyring has signed, carries
 * in the place of the one that is wanted. `tests` goes with it: the build may not end before they pass.
 */
export async function findFollowed(name, entry, places, archive, { reasons, say }) {
  if (entry.follows === undefined) return undefined;
  const { source, suite } = entry.accepted[0].debian;
  try {
    const { file, sha256 } = await archive.newest(source, suite);
    const version = /^[^_]+_([\d.]+)\.orig\.tar\.\w+$/.exec(file)?.[1] ?? file;
    if (!mayFollow(entry, version)) {
      reasons.push(`Debian ${suite}: ${file} is no newer version of ${entry.follows.series}`);
      return undefined;
    }
    const item = { version, file, sha256, debian: { source, suite }, tests: entry.follows.tests };
    const found = await fromDebian(item, places, archive);
    sayFollowed(name, item, entry, say);
    return found;
  } catch (error) {
    if (error instanceof TamperedError) throw error;
    reasons.push(`a newer ${entry.follows.series} at Debian ${suite}: ${firstLine(error)}`);
    return undefined;
  }
}

/** sayFollowed is loud about a version that lock.json does not name. `item` may be a stamp. */
export function sayFollowed(name, item, entry, say) {
  say(`!!! ${name} ${item.version} is not in lock.json, which wants ${entry.accepted[0].version}.`);
  say(`!!! An index that Debian's keyring has signed names it (SHA-256 ${item.sha256}).`);
  say(`!!! The build ends only if these native tests pass: ${item.tests.join(', ')}.`);
  say('!!! Read what has changed, then put it first in lock.json.');
}
