/**
 * Owns the wording of how one entry changed, in the words of the configuration. Pure. Keys that it does not know are compared all the
 * same.
 */
import { visible } from '../parsed.js';

type Entry = Readonly<Record<string, unknown>>;
type Lists = ReadonlyMap<string, string>;

/** Context is what is known beside the entries: what lists hold, as digests by path, and the subjects of certificates. */
export interface Context {
  readonly lists: readonly [before: Lists, after: Lists];
  readonly subjects: ReadonlyMap<string, string>;
}

// The place in the file is no part of what an entry means.
const withoutPlace = (key: string, value: unknown): unknown => (key === 'at' ? undefined : value);

const textOf = (value: unknown): string => JSON.stringify(value, withoutPlace) ?? 'unset';

// Two parts mean the same.
function isSame(a: unknown, b: unknown): boolean {
  return textOf(a) === textOf(b);
}

const LONGEST = 512;
const LONGEST_VALUE = 120;

const short = (text: string): string =>
  visible(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

// addedAndRemoved compares two lists whose order means nothing, by what each member is called.
function addedAndRemoved(noun: string, before: readonly string[], after: readonly string[]) {
  const gone = before.filter((member) => !after.includes(member));
  const come = after.filter((member) => !before.includes(member));
  return [
    ...come.map((member) => `${noun} added: ${short(member)}`),
    ...gone.map((member) => `${noun} removed: ${short(member)}`),
  ];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

interface PinLike {
  readonly kind?: string;
  readonly value?: string;
  readonly label?: string;
}

function pinText(pin: unknown): string {
  const { kind, value, label } = pin as PinLike;
  const rest = Object.entries(pin as Entry).filter(
    ([key, setting]) => !['kind', 'value', 'label', 'at'].includes(key) && setting !== null,
  );
  const labelled = label ? [`labelled ${JSON.stringify(label)}`] : [];
  const settings = rest.map(([key, setting]) => `${key} ${textOf(setting)}`);
  return [`${kind} ${value}`, ...labelled, ...settings].join(', ');
}

interface FileLike {
  readonly path?: string;
  readonly sha256?: readonly string[];
}

function caTexts(files: unknown, { subjects }: Context): readonly string[] {
  const hashes = listOf(files).flatMap((file) => (file as FileLike).sha256 ?? []);
  return hashes.map((sha256) => {
    const subject = subjects.get(sha256);
    return subject === undefined ? sha256 : `${JSON.stringify(subject)} (sha256 ${sha256})`;
  });
}

function credentialText(certificate: unknown): string {
  const { chain, key } = certificate as { readonly chain?: FileLike; readonly key?: string };
  return `${chain?.path} (sha256 ${chain?.sha256?.[0]}) with ${key}`;
}

function allowTexts(allow: unknown): readonly string[] {
  const clients = (allow as { readonly clients?: readonly string[] } | null)?.clients;
  return clients ?? [textOf(allow)];
}

function revocationChanges(was: unknown, is: unknown, { lists: [before, after] }: Context) {
  const [old, now] = [was, is] as readonly (Entry | undefined)[];
  if (!old || !now) return isSame(old, now) ? [] : [`revocation checks ${now ? 'begin' : 'end'}`];
  const { files: oldFiles, ...oldSettings } = old;
  const { files, ...settings } = now;
  const names = listOf(files).map(String);
  const altered = names.filter((path) => {
    const digest = before.get(path);
    return digest !== undefined && digest !== after.get(path);
  });
  return [
    ...addedAndRemoved('revocation list', listOf(oldFiles).map(String), names),
    ...altered.map((path) => `revocation list replaced: ${short(path)}`),
    ...generic('crl', oldSettings, settings),
  ];
}

type Describe = (was: unknown, is: unknown, context: Context) => readonly string[];

function listed(noun: string): Describe {
  return (was, is) => addedAndRemoved(noun, listOf(was).map(String), listOf(is).map(String));
}

const DESCRIBE: Readonly<Record<string, Describe>> = {
  pins: (was, is) => addedAndRemoved('pin', listOf(was).map(pinText), listOf(is).map(pinText)),
  ca: (was, is, context) =>
    addedAndRemoved('CA certificate', caTexts(was, context), caTexts(is, context)),
  deny: listed('denied certificate'),
  endpoints: listed('endpoint'),
  refuseFields: listed('refused field'),
  // How its author wrote it is not known any more.
  when: (was, is) => [`"when" ${!was ? 'added' : is ? 'changed' : 'removed'}`],
  certificates: (was, is) =>
    addedAndRemoved('certificate', listOf(was).map(credentialText), listOf(is).map(credentialText)),
  allow: (was, is) => addedAndRemoved('allowed client', allowTexts(was), allowTexts(is)),
};

const isRecord = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Change = readonly [key: string, detail: string];

// changesOf goes into what both have; an object that one side lacks has no members there.
function changesOf(key: string, was: unknown, is: unknown): readonly Change[] {
  if (isRecord(was) && isRecord(is)) {
    const members = [...new Set([...Object.keys(is), ...Object.keys(was)])];
    return members
      .filter((member) => member !== 'at' && !isSame(was[member], is[member]))
      .flatMap((member) =>
        changesOf(key === '' ? member : `${key}.${member}`, was[member], is[member]),
      );
  }
  const [old, now] = [textOf(was), textOf(is)];
  if (old.length > LONGEST_VALUE || now.length > LONGEST_VALUE) return [[key, '']];
  return [[key, `${visible(old)} → ${visible(now)}`]];
}

function generic(key: string, was: unknown, is: unknown): readonly string[] {
  return changesOf(key, was, is).map(([name, detail]) => `${name} ${detail || 'changed'}`);
}

/** describeSettings says which settings are not as they were, by their names. */
export function describeSettings(was: Entry, is: Entry): readonly Change[] {
  return changesOf('', was, is);
}

/** describeChange says in what an entry changed; nothing when it means the same. */
export function describeChange(was: Entry, is: Entry, context: Context): readonly string[] {
  const keys = [...new Set([...Object.keys(is), ...Object.keys(was)])];
  return keys.flatMap((key) => {
    // The same settings, and yet other lists in the files.
    if (key === 'crl') return revocationChanges(was[key], is[key], context);
    if (key === 'at' || isSame(was[key], is[key])) return [];
    const described = DESCRIBE[key]?.(was[key], is[key], context) ?? [];
    // A change that is none to its describer, such as one of order or of a path, is one all the same.
    return described.length > 0 ? described : generic(key, was[key], is[key]);
  });
}
