/**
 * Owns the look at what certificates and revocation lists hold at one moment. I/O. Private keys are never opened here:
 * of them only what stat(2) tells counts.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locate } from '../config/material.js';
import { sha256 } from '../engine/native.js';
import type { PublicFile } from '../snapshot/public-files.js';

/** ContentPart is a file; `name` is '' unless it stands in a folder of lists. */
export interface ContentPart {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** FileContents is what a public file held. A folder has any number of parts, sorted by name. */
export interface FileContents extends PublicFile {
  readonly isFolder: boolean;
  readonly parts: readonly ContentPart[];
}

async function readFolder(path: string): Promise<readonly ContentPart[]> {
  const parts: ContentPart[] = [];
  for (const name of (await readdir(path)).sort()) {
    // As the data plane does: hidden files are uploads in progress.
    const file = join(path, name);
    if (name.startsWith('.') || !(await stat(file)).isFile()) continue;
    parts.push({ name, bytes: await readFile(file) });
  }
  return parts;
}

async function readOne(file: PublicFile, path: string): Promise<FileContents> {
  const stats = await stat(path);
  const isFolder = file.kind === 'lists' && stats.isDirectory();
  // Reading a pipe could wait for ever, and a device has no end.
  if (!isFolder && !stats.isFile()) throw new Error(`${path} is not a regular file`);
  const parts = isFolder ? await readFolder(path) : [{ name: '', bytes: await readFile(path) }];
  return Object.freeze({ ...file, isFolder, parts });
}

/** readContents reads every file where `locate` says it is, one after the other. Errors: as readFile. */
export async function readContents(
  files: readonly PublicFile[],
  locate: Locate,
): Promise<readonly FileContents[]> {
  const contents: FileContents[] = [];
  for (const file of files) contents.push(await readOne(file, locate(file)));
  return contents;
}

/** digestOf is the same for the same content: lower-case hex. */
export function digestOf({ parts }: FileContents): string {
  const named = parts.flatMap(({ name, bytes }) => [
    Buffer.from(`${name}\0${bytes.length}\0`),
    bytes,
  ]);
  return sha256(Buffer.concat(named));
}

/** stampOf tells what a file is without opening it, following links; the reason when it cannot be looked at. */
export async function stampOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mode, uid, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mode, uid, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
