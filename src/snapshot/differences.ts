/**
 * Owns what differs between two configurations, in words: for whoever reloads one, or compares two. Pure. Where an entry
 * stands in its file makes no difference.
 */
import { NO_TRUST, type OperationConfig } from '../config/config.js';
import { quote } from '../parsed.js';
import { asConfigured, SECTIONS, settingsOf } from './as-configured.js';
import { type Context, describeChange, describeSettings } from './describe-change.js';
import type { Snapshot } from './snapshot.js';
import { type StartSettings, startSettings, whenItCounts } from './start-settings.js';

/** Compared is one of the two sides. */
export interface Compared {
  readonly snapshot: Snapshot;
  readonly operation: OperationConfig;
  /** What revocation lists hold, as a digest by path. */
  readonly lists: ReadonlyMap<string, string>;
  /** The subjects of certificates by their SHA-256, as far as they are at hand. */
  readonly subjects?: ReadonlyMap<string, string>;
  /** With what the process was started that serves it; left out: with what it says itself. */
  readonly started?: StartSettings;
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

type Settings = Readonly<Record<string, unknown>>;
type Entry = Settings & { readonly name: string };

const byName = (entries: readonly Entry[]): ReadonlyMap<string, Entry> =>
  new Map(entries.map((entry) => [entry.name, entry]));

// What stands for no trust bundle is nobody's entry.
const written = (entries: readonly Entry[] | undefined): readonly Entry[] =>
  (entries ?? []).filter(({ name }) => name !== NO_TRUST);

function entryDifferences(
  section: string,
  [before, after]: readonly [readonly Entry[], readonly Entry[]],
  context: Context,
): Difference[] {
  const what = SECTIONS[section] ?? section;
  const [old, now] = [byName(before), byName(after)];
  const plain = (kind: Difference['kind'], { name }: Entry): Difference =>
    Object.freeze({ kind, what, name, details: Object.freeze([]) });
  const changed = after.flatMap((entry): Difference[] => {
    const was = old.get(entry.name);
    if (was === undefined) return [];
    const details = describeChange(
      asConfigured(section, was),
      asConfigured(section, entry),
      context,
    );
    return details.length === 0 ? [] : [{ kind: 'changed', what, name: entry.name, details }];
  });
  return [
    ...after.filter(({ name }) => !old.has(name)).map((entry) => plain('added', entry)),
    ...before.filter(({ name }) => !now.has(name)).map((entry) => plain('removed', entry)),
    ...changed.map((difference) => Object.freeze(difference)),
  ];
}

type Counts = (key: string) => string;

function settingDifferences(was: Settings, is: Settings, counts: Counts): Difference[] {
  return describeSettings(was, is).map(([name, detail]) => {
    const details = detail === '' ? [] : [`${detail}${counts(name)}`];
    return Object.freeze({ kind: 'changed', what: name, name: '', details });
  });
}

const operationOf = ({ watch, adminSocket }: OperationConfig): Settings => ({
  watch,
  admin: { socket: adminSocket ?? undefined },
});

/** differences lists everything that is not as it was: settings of the data plane, entries, settings of the control plane. */
export function differences(before: Compared, after: Compared): readonly Difference[] {
  const old = before.snapshot as unknown as Readonly<Record<string, readonly Entry[]>>;
  const now = after.snapshot as unknown as Readonly<Record<string, readonly Entry[]>>;
  const context: Context = {
    lists: [before.lists, after.lists],
    subjects: new Map([...(before.subjects ?? []), ...(after.subjects ?? [])]),
  };
  const found = Object.keys(SECTIONS).flatMap((section) =>
    entryDifferences(section, [written(old[section]), written(now[section])], context),
  );
  const started = before.started ?? startSettings(before);
  const configured = startSettings(after);
  const counts: Counts = (key) => whenItCounts(key, started, configured);
  return Object.freeze([
    ...settingDifferences(settingsOf(before.snapshot), settingsOf(after.snapshot), counts),
    ...found,
    ...settingDifferences(operationOf(before.operation), operationOf(after.operation), counts),
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
