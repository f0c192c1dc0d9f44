/**
 * Owns the form of the last good configuration on the disk: one file with the text of the configuration and the content of
 * every public file that it names, under a checksum. Bytes in, bytes out: no I/O. Secret files are not in it.
 */
import { isAbsolute } from 'node:path';
import { sha256 } from '../engine/native.js';
import { GatewayError } from '../gateway-error.js';
import type { PublicFile } from '../snapshot/public-files.js';
import { listOf, oneOf, orNull, record, type Shape, text, truth, where } from '../value-shape.js';
import type { ContentPart, FileContents } from './file-contents.js';
import { asOfToday, type KeptSnapshot, OLD_SNAPSHOT, type OldSnapshot } from './kept-snapshot.js';

/** Kept is a configuration that has served, as a person wrote it: whichever version brings it back compiles it. */
export interface Kept {
  /** Unix milliseconds. */
  readonly keptAt: number;
  /** The absolute path of the configuration file. */
  readonly config: string;
  readonly text: string;
  readonly contents: readonly FileContents[];
}

// Said at the front, so that a file of another version is told from a damaged one.
const FORMAT = 'pinlatch-last-good/2';
const OLD_FORMAT = 'pinlatch-last-good/1';
const FIRST_LINE = /^(pinlatch-last-good\/\d+) sha256:([0-9a-f]{64})\n/;
const LONGEST_FIRST_LINE = 128;

interface Entry extends PublicFile {
  readonly isFolder: boolean;
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
}

type HeadOf<K> = Omit<K, 'contents'> & { readonly entries: readonly Entry[] };
type OldHead = Omit<HeadOf<KeptSnapshot>, 'snapshot'> & { readonly snapshot: OldSnapshot };

const LAST_MOMENT = 8.64e15; // of a Date
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const count = where<number>(isCount);
const moment = where<number>((value) => isCount(value) && Number(value) <= LAST_MOMENT);
const path = where<string>(
  (value) => typeof value === 'string' && isAbsolute(value) && !value.includes('\0'),
);

const FIELDS = record<Entry>({
  path,
  kind: oneOf('certificates', 'lists'),
  isFolder: truth,
  parts: listOf(record({ name: text, bytes: count })),
});

// A folder has any number of files, and a file is one.
const isWhole = ({ kind, isFolder, parts }: Entry): boolean =>
  isFolder ? kind === 'lists' : parts.length === 1;

const ENTRY: Shape<Entry> = Object.freeze({
  misfit: (value: unknown) => FIELDS.misfit(value) ?? (isWhole(value as Entry) ? undefined : ''),
});

const COMMON = { keptAt: moment, config: path, entries: listOf(ENTRY) };
const HEAD = record<HeadOf<Kept>>({ ...COMMON, text });
const OLD_HEAD = record<OldHead>({
  ...COMMON,
  operation: record({ watch: truth, adminSocket: orNull(path) }),
  snapshot: OLD_SNAPSHOT,
});

function entryOf({ path, kind, isFolder, parts }: FileContents): Entry {
  return {
    path,
    kind,
    isFolder,
    parts: parts.map(({ name, bytes }) => ({ name, bytes: bytes.length })),
  };
}

/** encodeKept writes a configuration; the chunks, one after the other, are the file. */
export function encodeKept({ contents, ...rest }: Kept): readonly Uint8Array[] {
  const head: HeadOf<Kept> = { ...rest, entries: contents.map(entryOf) };
  const line = Buffer.from(`${JSON.stringify(head)}\n`);
  const body = [line, ...contents.flatMap(({ parts }) => parts.map(({ bytes }) => bytes))];
  return [Buffer.from(`${FORMAT} sha256:${sha256(Buffer.concat(body))}\n`), ...body];
}

const refuse = (why: string): GatewayError => new GatewayError('state-unusable', why);

function verifiedBody(file: Buffer): { readonly format: string; readonly body: Buffer } {
  const first = FIRST_LINE.exec(file.subarray(0, LONGEST_FIRST_LINE).toString('latin1'));
  if (first === null)
    throw refuse('its first line is not that of such a file: the file is damaged');
  const [line, format = '', checksum] = first;
  if (format !== FORMAT && format !== OLD_FORMAT) {
    throw refuse(`its format is ${format}, and this version reads ${OLD_FORMAT} and ${FORMAT}`);
  }
  const body = file.subarray(line.length);
  if (sha256(body) !== checksum)
    throw refuse('its checksum does not match: the file is incomplete or was altered');
  return { format, body };
}

function contentsOf(entries: readonly Entry[], bytes: Buffer): readonly FileContents[] {
  let at = 0;
  const partOf = ({ name, bytes: size }: Entry['parts'][number]): ContentPart => {
    const part = { name, bytes: bytes.subarray(at, at + size) };
    at += size;
    return part;
  };
  const contents = entries.map(({ path, kind, isFolder, parts }) => ({
    ...{ path, kind, isFolder },
    parts: parts.map(partOf),
  }));
  if (at !== bytes.length) throw refuse('its parts do not match its length');
  return contents;
}

// The checksum says that nothing was altered since, not who wrote it.
function believe<T>(shape: Shape<T>, line: string): T {
  const value = parseJson(line);
  const misfit = value === undefined ? '' : shape.misfit(value);
  if (misfit === undefined) return value as T;
  throw refuse(
    misfit === ''
      ? 'its second line is not the head of such a file'
      : `${misfit.slice(1)} in its second line is not as such a file has it`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * decodeKept reads a file. Error: GatewayError state-unusable when it is torn, altered, of a form of another version, or when
 * anything in it does not have the shape that this program gives it.
 */
export function decodeKept(file: Buffer): Kept | KeptSnapshot {
  const { format, body } = verifiedBody(file);
  const end = body.indexOf('\n');
  if (end < 0) throw refuse('it has no second line');
  const line = body.toString('utf8', 0, end);
  const bytes = body.subarray(end + 1);
  if (format === OLD_FORMAT) {
    const { keptAt, config, operation, snapshot, entries } = believe(OLD_HEAD, line);
    const contents = contentsOf(entries, bytes);
    return { keptAt, config, operation, snapshot: asOfToday(snapshot), contents };
  }
  const { keptAt, config, text, entries } = believe(HEAD, line);
  return { keptAt, config, text, contents: contentsOf(entries, bytes) };
}
