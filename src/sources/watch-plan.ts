/**
 * Owns the answer to which folders must be watched, and for which names in them, so that no change of a file goes unseen:
 * not a rename over it, not the swap of a symbolic link anywhere on the way to it (Kubernetes, certbot), not one of a folder.
 * I/O, but nothing is opened.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Way, wayTo } from '../config/way.js';

/** WatchedFolder is what counts in a folder: some names, or every one. */
export interface WatchedFolder {
  readonly names: ReadonlySet<string>;
  readonly everyName: boolean;
  /** A file or a link stands in it: it is worth a warning when it cannot be watched. */
  readonly isNeeded: boolean;
}

interface Watch {
  readonly folder: string;
  /** Undefined: every name. */
  readonly name?: string;
  readonly isNeeded: boolean;
}

const watchesOf = ({ steps }: Way): readonly Watch[] =>
  steps.map(({ folder, name, stats }) => ({ folder, name, isNeeded: !stats?.isDirectory() }));

async function linksIn(folder: string): Promise<readonly Watch[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink() && !entry.name.startsWith('.'));
  const ways = await Promise.all(links.map(({ name }) => wayTo(join(folder, name))));
  return ways.flatMap(watchesOf);
}

async function watchesFor(path: string): Promise<readonly Watch[]> {
  const way = await wayTo(path);
  const { folder } = way;
  if (folder === undefined) return watchesOf(way);
  // A folder of revocation lists: everything in it counts.
  return [...watchesOf(way), { folder, isNeeded: true }, ...(await linksIn(folder))];
}

/** planWatch returns the folders to watch for these absolute paths, outer ones first. */
export async function planWatch(
  paths: readonly string[],
): Promise<ReadonlyMap<string, WatchedFolder>> {
  const plan = new Map<string, { names: Set<string>; everyName: boolean; isNeeded: boolean }>();
  for (const path of new Set(paths)) {
    for (const { folder, name, isNeeded } of await watchesFor(path)) {
      const watched = plan.get(folder) ?? { names: new Set(), everyName: false, isNeeded: false };
      if (name === undefined) watched.everyName = true;
      else watched.names.add(name);
      watched.isNeeded ||= isNeeded;
      plan.set(folder, watched);
    }
  }
  return plan;
}
