/**
 * Owns the way from the root to a file as the kernel goes it: every folder, and every symbolic link on it. I/O, but nothing is
 * opened.
 */
import type { Stats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Step is a name that was looked up in a folder, and what stands there, links not followed; undefined when nothing that may be
 * looked at does. */
export interface Step {
  readonly folder: string;
  readonly name: string;
  readonly stats: Stats | undefined;
}

/** Way is every step; `folder` is where it ends when that is a folder. */
export interface Way {
  readonly steps: readonly Step[];
  readonly folder?: string;
}

// As the kernel: more links than that lead nowhere.
const MOST_LINKS = 40;

const segmentsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** wayTo walks along an absolute path. It ends where nothing is; what appears there later is a step of another walk. */
export async function wayTo(path: string): Promise<Way> {
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
    const stats = await lstat(place).catch(() => undefined);
    steps.push({ folder, name, stats });
    if (stats?.isDirectory()) folder = place;
    else if (!stats?.isSymbolicLink() || ++links > MOST_LINKS) return { steps };
    else {
      const target = await readlink(place).catch(() => '');
      if (target === '') return { steps };
      if (target.startsWith('/')) folder = '/';
      rest.unshift(...segmentsOf(target));
    }
  }
  return { steps, folder };
}
