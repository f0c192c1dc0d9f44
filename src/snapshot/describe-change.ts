/**
 * Owns the wording of how one entry changed, in the words of the configuration. Pure. Keys that it does not know are compared all the
 * same.
 */
import { quote, visible } from '../parsed.js';

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

type PinLike = Entry & Readonly<Record<'kind' | 'value', string>>;
type EndpointLike = Entry & { readonly url: string };

/** Member is a part of a list: who it is, and what is set of it. */
interface Member {
  readonly called: string;
  readonly settings: Entry;
}

function memberText({ called, settings }: Member): string {
  const set = Object.entries(settings).filter(([, setting]) => setting !== undefined);
  const words = set.map(([key, setting]) =>
    setting === true ? key : `${key === 'label' ? 'labelled' : key} ${textOf(setting)}`,
  );
  return [called, ...words].join(', ');
}

const hasOne = (members: readonly Member[], { called }: Member): boolean =>
  members.filter((one) => one.called === called).length === 1;

// One that is called the same on both sides is the same, with other settings.
function memberChanges(
  noun: string,
  before: readonly Member[],
  after: readonly Member[],
): readonly string[] {
  const both = (one: Member): boolean => hasOne(before, one) && hasOne(after, one);
  const altered = after.filter(both).flatMap((now) => {
    const was = before.find(({ called }) => called === now.called);
    const words = generic('', was?.settings, now.settings);
    return words.length === 0 ? [] : [`${noun} changed: ${short(now.called)}: ${words.join(', ')}`];
  });
  const texts = (members: readonly Member[]) => members.filter((one) => !both(one)).map(memberText);
  return [...addedAndRemoved(noun, texts(before), texts(after)), ...altered];
}

function members(noun: string, memberOf: (value: unknown) => Member): Describe {
  return (was, is) => memberChanges(noun, listOf(was).map(memberOf), listOf(is).map(memberOf));
}

function pinMember(pin: unknown): Member {
  const { kind, value, at: _, ...settings } = pin as PinLike;
  return { called: `${kind} ${value}`, settings };
}

function endpointMember(endpoint: unknown): Member {
  const { url, ...settings } = endpoint as EndpointLike;
  return { called: url, settings };
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

function credentialMember(certificate: unknown): Member {
  const {
    chain,
    key,
    at: _,
    ...settings
  } = certificate as Entry & {
    readonly chain: FileLike;
    readonly key: string;
  };
  const names = listOf(settings.names);
  return {
    called: `${chain.path} (sha256 ${chain.sha256?.[0]}) with ${key}`,
    settings: names.length === 0 ? {} : { names },
  };
}

// TLS to a service that begins or ends is told whole, without the fingerprints of what is shown to it.
function tlsChanges(was: unknown, is: unknown, context: Context): readonly string[] {
  const [old, now] = [was, is] as readonly (Entry | undefined)[];
  if (!old || !now) return [`tls ${now ? 'begins' : 'ends'}`];
  return describeChange(old, now, context).map((words) => `tls: ${words}`);
}

const credentials = members('certificate', credentialMember);
const inList = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value]);

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
  pins: members('pin', pinMember),
  ca: (was, is, context) =>
    addedAndRemoved('CA certificate', caTexts(was, context), caTexts(is, context)),
  deny: listed('denied certificate'),
  endpoints: members('endpoint', endpointMember),
  refuseFields: listed('refused field'),
  // How its author wrote it is not known any more.
  when: (was, is) => [`"when" ${!was ? 'added' : is ? 'changed' : 'removed'}`],
  certificates: credentials,
  certificate: (was, is, context) => credentials(inList(was), inList(is), context),
  tls: tlsChanges,
  allow: (was, is) => addedAndRemoved('allowed client', allowTexts(was), allowTexts(is)),
};

const isRecord = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Change = readonly [key: string, detail: string];

// A name that somebody chose, such as that of a server, is no key.
function memberKey(key: string, member: string): string {
  if (key === '') return member;
  return /^[A-Za-z]\w*$/.test(member) ? `${key}.${member}` : `${key} ${quote(member)}`;
}

// changesOf goes into what both have; an object that one side lacks has no members there.
function changesOf(key: string, was: unknown, is: unknown): readonly Change[] {
  if (isRecord(was) && isRecord(is)) {
    const members = [...new Set([...Object.keys(is), ...Object.keys(was)])];
    return members
      .filter((member) => member !== 'at' && !isSame(was[member], is[member]))
      .flatMap((member) => changesOf(memberKey(key, member), was[member], is[member]));
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

// What a route does: exactly one of these, and what is set beside it belongs to it.
const ACTIONS = ['proxy', 'respond', 'health'] as const;
const BESIDE_ACTIONS: ReadonlySet<string> = new Set([
  ...ACTIONS,
  ...['rewrite', 'headers', 'expect', 'upgrade'],
]);

function actionText(route: Entry): string {
  const kind = ACTIONS.find((key) => route[key] !== undefined);
  const text = textOf(kind && route[kind]);
  return text.length > LONGEST_VALUE ? `${kind}` : `${kind} ${visible(text)}`;
}

const kindOf = (route: Entry): unknown => ACTIONS.find((key) => route[key] !== undefined);

// Another kind of action is one change, whatever belonged to the old one and belongs to the new one.
function actionChanges(was: Entry, is: Entry): readonly string[] {
  if (was.match === undefined || kindOf(was) === kindOf(is)) return [];
  return [`${actionText(was)} → ${actionText(is)}`];
}

/** describeChange says in what an entry changed; nothing when it means the same. */
export function describeChange(was: Entry, is: Entry, context: Context): readonly string[] {
  const action = actionChanges(was, is);
  const all = [...new Set([...Object.keys(is), ...Object.keys(was)])];
  const keys = action.length === 0 ? all : all.filter((key) => !BESIDE_ACTIONS.has(key));
  const others = keys.flatMap((key) => {
    // The same settings, and yet other lists in the files.
    if (key === 'crl') return revocationChanges(was[key], is[key], context);
    if (key === 'at' || isSame(was[key], is[key])) return [];
    const described = DESCRIBE[key]?.(was[key], is[key], context) ?? [];
    // A change that is none to its describer, such as one of order or of a path, is one all the same.
    return described.length > 0 ? described : generic(key, was[key], is[key]);
  });
  return [...action, ...others];
}
