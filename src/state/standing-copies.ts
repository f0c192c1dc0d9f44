/**
 * Owns the copies of public files by which the last good configuration is served. They are laid out when it is kept: on the day that
 * needs them the disk may be full. What they hold is compared with what was kept under the checksum. I/O.
 */
import { lstat, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../engine/native.js';
import type { PublicFile } from '../snapshot/public-files.js';
import { type FileOperations, writeDurably } from './durable-file.js';
import { type ContentPart, digestOf, type FileContents } from './file-contents.js';

/** UNPACKED begins the names of folders that a gateway which was killed leaves behind. */
export const UNPACKED = 'unpacked-';
const STANDING = 'copies-';
const NAME_DIGITS = 32;

interface Copy {
  readonly path: string;
  readonly part: ContentPart;
}

interface Layout {
  /** With the names of what is in each. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
  readonly copies: readonly Copy[];
  readonly places: Places;
}

/** Places are the copies by kind and path of the originals. */
export type Places = ReadonlyMap<string, string>;

/** placeKey is how Places names an original. */
export const placeKey = ({ kind, path }: PublicFile): string => `${kind} ${path}`;

// Names of files in the copy are numbers: the original ones need not be valid here.
function layoutIn(folder: string, contents: readonly FileContents[]): Layout {
  const folders = new Map([[folder, contents.map((_, index) => String(index))]]);
  const places = new Map<string, string>();
  const copies = contents.flatMap((one, index) => {
    const place = join(folder, String(index));
    places.set(placeKey(one), place);
    if (!one.isFolder) return one.parts.map((part) => ({ path: place, part }));
    const names = one.parts.map((_, at) => String(at).padStart(6, '0'));
    folders.set(place, names);
    return one.parts.map((part, at) => ({ path: join(place, names[at] ?? ''), part }));
  });
  return { folders, copies, places };
}

/** copyInto makes the copies in a folder that is there, and empty. Errors: of the file system. */
export async function copyInto(
  folder: string,
  contents: readonly FileContents[],
  operations: FileOperations,
): Promise<Places> {
  const { folders, copies, places } = layoutIn(folder, contents);
  for (const one of folders.keys()) if (one !== folder) await mkdir(one, 0o700);
  for (const { path, part } of copies) await writeDurably(path, [part.bytes], operations);
  for (const one of folders.keys()) await operations.syncFolder(one);
  return places;
}

async function isWhole({ folders, copies }: Layout): Promise<boolean> {
  try {
    for (const [folder, names] of folders) {
      const found = await readdir(folder);
      if (found.sort().join('/') !== [...names].sort().join('/')) return false;
    }
    for (const { path, part } of copies) {
      if (!(await lstat(path)).isFile()) return false;
      if (Buffer.compare(await readFile(path), part.bytes) !== 0) return false;
    }
    return true;
  } catch {
    return false; // missing, or not to be read
  }
}

function nameFor(contents: readonly FileContents[]): string {
  const all = contents.map((one) => `${placeKey(one)}\0${one.isFolder}\0${digestOf(one)}\0`);
  return `${STANDING}${sha256(Buffer.from(all.join(''))).slice(0, NAME_DIGITS)}`;
}

/** findStanding returns the copies of these contents that stand in the state folder; undefined when they are not all there, whole. */
export async function findStanding(
  state: string,
  contents: readonly FileContents[],
): Promise<Places | undefined> {
  const layout = layoutIn(join(state, nameFor(contents)), contents);
  return (await isWhole(layout)) ? layout.places : undefined;
}

async function removeOthers(state: string, name: string): Promise<void> {
  const stale = (await readdir(state)).filter((one) => one.startsWith(STANDING) && one !== name);
  for (const one of stale) await rm(join(state, one), { recursive: true, force: true });
}

/** stand has copies of these contents stand in the state folder, and no others. Errors: of the file system. */
export async function stand(
  state: string,
  contents: readonly FileContents[],
  operations: FileOperations,
): Promise<void> {
  const name = nameFor(contents);
  await removeOthers(state, name); // first: there may be room for one set
  if ((await findStanding(state, contents)) !== undefined) return;
  await rm(join(state, name), { recursive: true, force: true });
  const unfinished = await mkdtemp(join(state, UNPACKED));
  try {
    await copyInto(unfinished, contents, operations);
    await operations.rename(unfinished, join(state, name));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  await operations.syncFolder(state);
}
