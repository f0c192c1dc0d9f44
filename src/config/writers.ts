/**
 * Owns the answer to whether somebody besides the process's user and root could change a file, or put another in its place: by the
 * owner of it, and who may write it, and of every folder on the way to it. I/O, but nothing is opened.
 */
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { literal } from '../parsed.js';
import { shellQuoted } from '../shell-words.js';
import { isTrustedUser, type Strangers, strangersAt, strangersToNewFiles } from './strangers.js';
import { wayTo } from './way.js';

/** Exposure says who else may write what, and what ends it: a command only where obeying it harms nobody. */
export interface Exposure {
  /** What others may write: the path that was asked for, or a folder or link on the way to it. */
  readonly place: string;
  readonly found: string;
  readonly fix: string;
}

/** Place is what stands somewhere. */
interface Place {
  readonly place: string;
  readonly stats: Stats;
}

/** Sight is a place of the way to the path that was asked for. */
interface Sight extends Place {
  readonly isLast: boolean;
  readonly asked: string;
}

const STICKY = 0o1000;

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

function fixOf(sight: Sight, command: string): string {
  const { place, stats, isLast, asked } = sight;
  if (!stats.isDirectory()) {
    return stats.uid === process.geteuid?.() ? command : `as user ${stats.uid}: ${command}`;
  }
  if (mayBeNarrowed(sight)) return command;
  return isLast
    ? `choose a folder of the gateway's own instead of ${shellQuoted(place)}, one that only its owner may write`
    : `move ${shellQuoted(asked)} to a folder that only its owner may write, within folders of that kind`;
}

function exposed(
  sight: Sight,
  strangers: Strangers | undefined,
  does: string,
  command: string,
): Exposure | undefined {
  if (strangers === undefined) return undefined;
  const { place } = sight;
  const found = `${literal(place)} has ${strangers.by}: ${strangers.who} may ${does}`;
  return { place, found, fix: fixOf(sight, `${command} ${shellQuoted(place)}`) };
}

function exposedBy(sight: Sight): Exposure | undefined {
  const { place, stats } = sight;
  // The mode of a link means nothing; who may replace it is its folder's matter.
  if (stats.isSymbolicLink()) return undefined;
  const does = stats.isDirectory() ? 'put other files into it' : 'write it';
  // Of an access control list it takes what the mode's group bits are: the mask, which cuts every entry.
  return exposed(sight, strangersAt(place, stats), does, 'chmod go-w');
}

// Where a folder is the end of the way, files are made in it.
function exposesNewFiles(sight: Sight): Exposure | undefined {
  const { place, stats, isLast } = sight;
  if (!isLast || !stats.isDirectory()) return undefined;
  const does = 'write the files that are made in it';
  return exposed(sight, strangersToNewFiles(place, stats), does, 'setfacl -k');
}

// In a folder with the sticky bit, such as /tmp, everybody may make a file, and only its owner may replace it.
function planted({ place, stats }: Place, folder: Place | undefined): Exposure | undefined {
  if (folder === undefined || !isShared(folder.stats) || isTrustedUser(stats.uid)) return undefined;
  const strangers = strangersAt(folder.place, folder.stats);
  if (strangers === undefined) return undefined;
  return {
    place,
    found: `${literal(place)} belongs to user ${stats.uid}, in a folder where ${strangers.who} may put files`,
    fix: `move it to a folder that only its owner may write`,
  };
}

// Whoever owns a file or a folder may change its mode, and then it; a link says nothing but where it leads.
function owned({ place, stats, asked }: Sight): Exposure | undefined {
  if (stats.isSymbolicLink() || isTrustedUser(stats.uid)) return undefined;
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

function exposureAt(sight: Sight, folder: Place | undefined): Exposure | undefined {
  const { stats, isLast } = sight;
  // On the way through, a shared folder is as good as its entries; where it is the end, anybody may add one.
  const passes = stats.isDirectory() && isShared(stats) && !isLast;
  return (
    (passes ? undefined : exposedBy(sight)) ??
    exposesNewFiles(sight) ??
    planted(sight, folder) ??
    owned(sight)
  );
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
  const passed = new Map<string, Place>();
  for (const [index, { folder, name, stats }] of steps.entries()) {
    if (stats === undefined) continue;
    const place = join(folder, name);
    const isLast = index === steps.length - 1;
    const found = exposureAt({ place, stats, isLast, asked: path }, passed.get(folder));
    if (found !== undefined) return found;
    if (stats.isDirectory()) passed.set(place, { place, stats });
  }
  return undefined;
}
