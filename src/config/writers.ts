/**
 * Owns the answer to who besides the process's user and root could change a file, or put another in its place: by its own mode, and
 * by the mode of every folder on the way to it. I/O, but nothing is opened.
 */
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { literal } from '../parsed.js';
import { type Step, wayTo } from './way.js';

/** Exposure says who else may write what, and the command that ends it. */
export interface Exposure {
  readonly found: string;
  readonly fix: string;
}

const [GROUP_WRITES, OTHERS_WRITE, STICKY] = [0o020, 0o002, 0o1000];

const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

/** isTrustedOwner: root can do anything anyway. */
export const isTrustedOwner = (uid: number): boolean => uid === 0 || uid === process.geteuid?.();

// A group of the process's own, or root's, is no stranger: Debian gives each user a group and a umask of 002.
const isTrustedGroup = (gid: number): boolean => gid === 0 || gid === process.getegid?.();

function strangers({ mode, gid }: Stats): string | undefined {
  if ((mode & OTHERS_WRITE) !== 0) return 'everybody';
  return (mode & GROUP_WRITES) !== 0 && !isTrustedGroup(gid) ? `group ${gid}` : undefined;
}

const isShared = ({ mode }: Stats): boolean => (mode & STICKY) !== 0;

function exposedBy(place: string, stats: Stats): Exposure | undefined {
  // The mode of a link means nothing; who may replace it is its folder's matter.
  const who = stats.isSymbolicLink() ? undefined : strangers(stats);
  if (who === undefined) return undefined;
  const what = stats.isDirectory() ? 'may put other files into it' : 'may write it';
  return {
    found: `${literal(place)} has mode ${octal(stats.mode)}: ${who} ${what}`,
    fix: `chmod go-w ${quoted(place)}`,
  };
}

// In a folder with the sticky bit, such as /tmp, everybody may make a file, and only its owner may replace it.
function planted(place: string, { uid }: Stats, folder: Stats | undefined): Exposure | undefined {
  if (folder === undefined || !isShared(folder) || strangers(folder) === undefined)
    return undefined;
  if (isTrustedOwner(uid)) return undefined;
  return {
    found: `${literal(place)} belongs to user ${uid}, in a folder where everybody may put files`,
    fix: `move it to a folder that only its owner may write`,
  };
}

function exposureAt(step: Step, folder: Stats | undefined, isLast: boolean): Exposure | undefined {
  const { stats } = step;
  if (stats === undefined) return undefined;
  const place = join(step.folder, step.name);
  // On the way through, a shared folder is as good as its entries; where it is the end, anybody may add one.
  const passes = stats.isDirectory() && isShared(stats) && !isLast;
  return (passes ? undefined : exposedBy(place, stats)) ?? planted(place, stats, folder);
}

/**
 * exposureOf finds the first thing on the way to an absolute path by which others could decide what it holds; undefined when there
 * is none, and when nothing is there.
 */
export async function exposureOf(path: string): Promise<Exposure | undefined> {
  const { steps } = await wayTo(path);
  const passed = new Map<string, Stats>();
  for (const [index, step] of steps.entries()) {
    const found = exposureAt(step, passed.get(step.folder), index === steps.length - 1);
    if (found !== undefined) return found;
    if (step.stats?.isDirectory()) passed.set(join(step.folder, step.name), step.stats);
  }
  return undefined;
}
