/**
 * Owns the answer to which folders must be watched, and for which names in them, so that no change of a file goes unseen:
 * not a rename over it, not the swap of a symbolic link anywhere on the way to it (Kubernetes, certbot), not one of a folder.
 * I/O, but nothing is opened.
 */
import { lstat, readdir, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** WatchedFolder is what counts in a folder: some names, or every one. */
export interface WatchedFolder {
  readonly names: ReadonlySet<string>;
  readonly everyName: boolean;
  /** A file or a link stands in it: it is worth a warning when it cannot be watched. */
  readonly isNeeded: boolean;
}

interface Step {
  readonly folder: string;
  /** Undefined: every name. */
  readonly name?: string;
  readonly isNeeded: boolean;
}

// As the kernel: more links than that lead nowhere.
const MOST_LINKS = 40;

const segmentsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** Kind is what stands at a path, links not followed; undefined when there is nothing, or nothing that may be looked at. */
async function kindOf(path: string): Promise<'link' | 'folder' | 'other' | undefined> {
  try {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) return 'link';
    return stats.isDirectory() ? 'folder' : 'other';
  } catch {
    return undefined; // the way ends here for now; what appears here is seen by its name
  }
}

/** Walk goes along a path as the kernel does. It notes every folder that it comes through, and the name that it took. */
async function walk(path: string): Promise<{ steps: readonly Step[]; folder?: string }> {
  const steps: Step[] = [];
  const rest = segmentsOf(path);
  let folder = '/';
  for (let links = 0; rest.length > 0; ) {
    const name = rest.shift() ?? '';
    if (name === '.') continue;
    if (name === '..') {
      folder = dirname(folder);
      continue;
    }
    const place = join(folder, name);
    const kind = await kindOf(place);
    steps.push({ folder, name, isNeeded: kind !== 'folder' });
    if (kind === 'folder') folder = place;
    else if (kind !== 'link' || ++links > MOST_LINKS) return { steps };
    else {
      const target = await readlink(place).catch(() => '');
      if (target === '') return { steps };
      if (target.startsWith('/')) folder = '/';
      rest.unshift(...segmentsOf(target));
    }
  }
  return { steps, folder };
}

async function linksIn(folder: string): Promise<readonly Step[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink() && !entry.name.startsWith('.'));
  const walks = links.map(async ({ name }) => (await walk(join(folder, name))).steps);
  return (await Promise.all(walks)).flat();
}

async function stepsOf(path: string): Promise<readonly Step[]> {
  const { steps, folder } = await walk(path);
  if (folder === undefined) return steps;
  // A folder of revocation lists: everything in it counts.
  return [...steps, { folder, isNeeded: true }, ...(await linksIn(folder))];
}

/** planWatch returns the folders to watch for these absolute paths, outer ones first. */
export async function planWatch(
  paths: readonly string[],
): Promise<ReadonlyMap<string, WatchedFolder>> {
  const plan = new Map<string, { names: Set<string>; everyName: boolean; isNeeded: boolean }>();
  for (const path of new Set(paths)) {
    for (const { folder, name, isNeeded } of await stepsOf(path)) {
      const watched = plan.get(folder) ?? { names: new Set(), everyName: false, isNeeded: false };
      if (name === undefined) watched.everyName = true;
      else watched.names.add(name);
      watched.isNeeded ||= isNeeded;
      plan.set(folder, watched);
    }
  }
  return plan;
}
