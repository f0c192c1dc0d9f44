/**
 * Owns what differs between two configurations, in words: for whoever reloads one, or compares two. Pure. Where an entry
 * stands in its file makes no difference.
 */
import type { OperationConfig } from '../config/config.js';
import { quote } from '../parsed.js';
import { describeChange, isSame } from './describe-change.js';
import type { Snapshot } from './snapshot.js';

/** Compared is one of the two sides. */
export interface Compared {
  readonly snapshot: Snapshot;
  readonly operation: OperationConfig;
  /** What revocation lists hold, as a digest by path. */
  readonly lists: ReadonlyMap<string, string>;
}

/** Difference is one entry that is new, gone or not as it was; `details` say in what. */
export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Such as "client" or "route". */
  readonly what: string;
  /** '' for what is there once. */
  readonly name: string;
  readonly details: readonly string[];
}

type Entry = Readonly<Record<string, unknown>> & { readonly name: string };

const SECTIONS: Readonly<Record<string, string>> = {
  trust: 'trust bundle',
  clients: 'client',
  upstreams: 'upstream',
  listeners: 'listener',
  routes: 'route',
  tcpRoutes: 'TCP route',
};

const isEntries = (value: unknown): value is readonly Entry[] =>
  Array.isArray(value) && value.every((entry) => typeof entry?.name === 'string');

const byName = (entries: readonly Entry[]): ReadonlyMap<string, Entry> =>
  new Map(entries.map((entry) => [entry.name, entry]));

function entryDifferences(
  section: string,
  [before, after]: readonly [readonly Entry[], readonly Entry[]],
  lists: readonly [Compared['lists'], Compared['lists']],
): Difference[] {
  const what = SECTIONS[section] ?? section;
  const [old, now] = [byName(before), byName(after)];
  const plain = (kind: Difference['kind'], { name }: Entry): Difference =>
    Object.freeze({ kind, what, name, details: Object.freeze([]) });
  const changed = after.flatMap((entry): Difference[] => {
    const was = old.get(entry.name);
    const details = was === undefined ? [] : describeChange(was, entry, lists);
    return details.length === 0 ? [] : [{ kind: 'changed', what, name: entry.name, details }];
  });
  return [
    ...after.filter(({ name }) => !old.has(name)).map((entry) => plain('added', entry)),
    ...before.filter(({ name }) => !now.has(name)).map((entry) => plain('removed', entry)),
    ...changed.map((difference) => Object.freeze(difference)),
  ];
}

function settingDifference(name: string, was: unknown, is: unknown, note = ''): Difference[] {
  if (isSame(was, is)) return [];
  const detail = `${JSON.stringify(was)} → ${JSON.stringify(is)}${note}`;
  return [Object.freeze({ kind: 'changed', what: name, name: '', details: [detail] })];
}

/** differences lists everything that is not as it was: sections in the order of the snapshot. */
export function differences(before: Compared, after: Compared): readonly Difference[] {
  const old = before.snapshot as unknown as Readonly<Record<string, unknown>>;
  const now = after.snapshot as unknown as Readonly<Record<string, unknown>>;
  const lists = [before.lists, after.lists] as const;
  const found = [...new Set([...Object.keys(now), ...Object.keys(old)])].flatMap((key) => {
    const [was, is] = [old[key], now[key]];
    if (isEntries(was) && isEntries(is)) return entryDifferences(key, [was, is], lists);
    return settingDifference(key, was, is);
  });
  const [was, is] = [before.operation, after.operation];
  return Object.freeze([
    ...found,
    ...settingDifference('watch', was.watch, is.watch),
    ...settingDifference('admin socket', was.adminSocket, is.adminSocket, ' at the next start'),
  ]);
}

const MOST_DETAILS = 12;

/** inWords writes a difference as one line. */
export function inWords({ kind, what, name, details }: Difference): string {
  const subject = name === '' ? what : `${what} ${quote(name)}`;
  const more = details.length - MOST_DETAILS;
  const told = more > 0 ? [...details.slice(0, MOST_DETAILS), `and ${more} more`] : details;
  return told.length === 0 ? `${subject} ${kind}` : `${subject} ${kind}: ${told.join('; ')}`;
}
