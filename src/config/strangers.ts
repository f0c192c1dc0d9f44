/**
 * Owns who besides the process's user, its group and root may write a file or folder: by its mode, and by its access control list
 * where it has one. I/O, but nothing is opened. Of the way to it, it knows nothing.
 */
import type { Stats } from 'node:fs';
import { EngineError } from '../engine/engine-error.js';
import { type ListedWriters, listedWriters, listedWritersOfNewFiles } from '../engine/native.js';

/** Strangers are who may write, and by what. */
export interface Strangers {
  /** Such as "everybody", or "user 65534 and group 33"; "possibly other users" by a list that cannot be read. */
  readonly who: string;
  /** Such as "mode 0777". */
  readonly by: string;
}

const [GROUP_WRITES, OTHERS_WRITE] = [0o020, 0o002];
const MOST_NAMED = 4;

const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

/** isTrustedUser: root can do anything anyway. */
export const isTrustedUser = (uid: number): boolean => uid === 0 || uid === process.geteuid?.();

// A group of the process's own, or root's, is no stranger: Debian gives each user a group and a umask of 002.
const isTrustedGroup = (gid: number): boolean => gid === 0 || gid === process.getegid?.();

function together(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  const told = more > 0 ? [...names.slice(0, MOST_NAMED), `${more} more`] : names;
  return told.length < 2 ? told.join() : `${told.slice(0, -1).join(', ')} and ${told.at(-1)}`;
}

function strangersAmong(writers: ListedWriters, gid: number): string | undefined {
  if (writers.everybody) return 'everybody';
  const users = writers.users.filter((uid) => !isTrustedUser(uid)).map((uid) => `user ${uid}`);
  const groups = new Set([...(writers.owningGroup ? [gid] : []), ...writers.groups]);
  const strange = [...groups].filter((one) => !isTrustedGroup(one)).map((one) => `group ${one}`);
  const names = [...users, ...strange];
  return names.length === 0 ? undefined : together(names);
}

function strangersBy(by: string, writers: ListedWriters, gid: number): Strangers | undefined {
  const who = strangersAmong(writers, gid);
  return who === undefined ? undefined : { who, by };
}

// A list that cannot be read may let anybody write.
function strangersByUnreadable(by: string, error: unknown): Strangers {
  if (!(error instanceof EngineError) || error.source === 'engine') throw error;
  return { who: 'possibly other users', by: `${by} (${error.message})` };
}

/** strangersAt is undefined when nobody else may write what stands at `place`, which is no link. */
export function strangersAt(place: string, { mode, gid }: Stats): Strangers | undefined {
  const [everybody, owningGroup] = [(mode & OTHERS_WRITE) !== 0, (mode & GROUP_WRITES) !== 0];
  const byMode = `mode ${octal(mode)}`;
  const byList = `${byMode} and an access control list`;
  try {
    // The group's bits are the mask of a list: without them no entry of it lets anybody write.
    const listed = owningGroup ? listedWriters(place) : null;
    if (listed !== null) return strangersBy(byList, listed, gid);
  } catch (error) {
    return strangersByUnreadable(byList, error);
  }
  return strangersBy(byMode, { users: [], groups: [], owningGroup, everybody }, gid);
}

/** strangersToNewFiles says who may write whatever is made in a folder, by its default access control list. */
export function strangersToNewFiles(folder: string, { gid }: Stats): Strangers | undefined {
  const by = 'a default access control list';
  try {
    const listed = listedWritersOfNewFiles(folder);
    return listed === null ? undefined : strangersBy(by, listed, gid);
  } catch (error) {
    return strangersByUnreadable(by, error);
  }
}
