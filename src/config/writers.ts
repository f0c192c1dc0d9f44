/**
 * Owns the answer to who besides the process's user and root could change a file, or put another in its place: by the owner and
 * mode of it, and of every folder on the way to it. I/O, but nothing is opened.
 */
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { literal } from '../parsed.js';
import { shellQuoted } from '../shell-words.js';
import { wayTo } from './way.js';

/** Exposure says who else may write what, and what ends it: a command only where obeying it harms nobody. */
export interface Exposure {
  /** What others may write: the path that was asked for, or a folder or link on the way to it. */
  readonly place: string;
  readonly found: string;
  readonly fix: string;
}

/** Sight is what stands at one place of the way to the path that was asked for. */
interface Sight {
  readonly place: string;
  readonly stats: Stats;
  readonly isLast: boolean;
  readonly asked: string;
}

const [GROUP_WRITES, OTHERS_WRITE, STICKY] = [0o020, 0o002, 0o1000];

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

// Such as /tmp, /home, /usr/local, /var/lib.
const OF_THE_SYSTEM = /^\/(?:[^/]+|usr\/.*|var\/[^/]+)$/;

// Taken from others, a folder that is shared on purpose, or that is not the process's own, would break what they do there. Root
// owns the folders of the system too.
function mayBeNarrowed({ place, stats, isLast }: Sight): boolean {
  const me = process.geteuid?.();
  if (isShared(stats) || stats.uid !== me) return false;
  return me !== 0 || (isLast && !OF_THE_SYSTEM.test(place));
}

function fixOf(sight: Sight): string {
  const { place, stats, isLast, asked } = sight;
  const command = `chmod go-w ${shellQuoted(place)}`;
  if (!stats.isDirectory()) {
    return stats.uid === process.geteuid?.() ? command : `as user ${stats.uid}: ${command}`;
  }
  if (mayBeNarrowed(sight)) return command;
  return isLast
    ? `choose a folder of its own instead of ${shellQuoted(place)}, one that only its owner may write`
    : `move ${shellQuoted(asked)} to a folder that only its owner may write, within folders of that kind`;
}

function exposedBy(sight: Sight): Exposure | undefined {
  const { place, stats } = sight;
  // The mode of a link means nothing; who may replace it is its folder's matter.
  const who = stats.isSymbolicLink() ? undefined : strangers(stats);
  if (who === undefined) return undefined;
  const what = stats.isDirectory() ? 'may put other files into it' : 'may write it';
  const found = `${literal(place)} has mode ${octal(stats.mode)}: ${who} ${what}`;
  return { place, found, fix: fixOf(sight) };
}

// In a folder with the sticky bit, such as /tmp, everybody may make a file, and only its owner may replace it.
function planted(place: string, { uid }: Stats, folder: Stats | undefined): Exposure | undefined {
  if (folder === undefined || !isShared(folder) || strangers(folder) === undefined)
    return undefined;
  if (isTrustedOwner(uid)) return undefined;
  return {
    place,
    found: `${literal(place)} belongs to user ${uid}, in a folder where everybody may put files`,
    fix: `move it to a folder that only its owner may write`,
  };
}

// Whoever owns a file or a folder may change its mode, and then it; a link says nothing but where it leads.
function owned({ place, stats, asked }: Sight): Exposure | undefined {
  if (stats.isSymbolicLink() || isTrustedOwner(stats.uid)) return undefined;
  const what = stats.isDirectory() ? 'may put other files into it' : 'may change it';
  const move = stats.isDirectory()
    ? `move ${shellQuoted(asked)} to a folder of the gateway's user or root`
    : `chown root ${shellQuoted(place)}`;
  return {
    place,
    found: `${literal(place)} belongs to user ${stats.uid}, who ${what}`,
    fix: `${move}, unless the gateway runs as that user: then use this command as that user too`,
  };
}

function exposureAt(sight: Sight, folder: Stats | undefined): Exposure | undefined {
  const { place, stats, isLast } = sight;
  // On the way through, a shared folder is as good as its entries; where it is the end, anybody may add one.
  const passes = stats.isDirectory() && isShared(stats) && !isLast;
  return (passes ? undefined : exposedBy(sight)) ?? planted(place, stats, folder) ?? owned(sight);
}

/** exposureOfFile looks at a file alone, and not at the way to it. */
export function exposureOfFile(path: string, stats: Stats): Exposure | undefined {
  return exposedBy({ place: path, stats, isLast: true, asked: path });
}

/**
 * exposureOf finds the first thing on the way to an absolute path by which others could decide what it holds; undefined when there
 * is none, and when nothing is there.
 */
export async function exposureOf(path: string): Promise<Exposure | undefined> {
  const { steps } = await wayTo(path);
  const passed = new Map<string, Stats>();
  for (const [index, { folder, name, stats }] of steps.entries()) {
    if (stats === undefined) continue;
    const place = join(folder, name);
    const isLast = index === steps.length - 1;
    const found = exposureAt({ place, stats, isLast, asked: path }, passed.get(folder));
    if (found !== undefined) return found;
    if (stats.isDirectory()) passed.set(place, stats);
  }
  return undefined;
}
