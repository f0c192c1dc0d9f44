/**
 * Owns the look at what certificates and revocation lists hold at one moment, for the fingerprint of an attempt and for the
 * state folder. I/O. Secret files are never opened here: of them only what stat(2) tells counts, and no other file with a private
 * key in it gets through.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LARGEST_PUBLIC, type Locate } from '../config/material.js';
import { readPublic, readPublicPart, type Secrets, secretsAmong } from '../config/public-file.js';
import { sha256 } from '../engine/native.js';
import { holdsPrivateKey } from '../pins/private-key.js';
import type { PublicFile } from '../snapshot/public-files.js';

const LARGEST = Number.MAX_SAFE_INTEGER; // the data plane has the bounds

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

async function readPart(path: string, secrets: Secrets): Promise<Uint8Array> {
  const bytes = await readPublic(path, secrets, LARGEST);
  if (!holdsPrivateKey(bytes)) return bytes;
  bytes.fill(0);
  throw Object.assign(new Error(`${path} holds a private key`), { code: 'HOLDS_KEY', path });
}

async function readFolder(path: string, secrets: Secrets): Promise<readonly ContentPart[]> {
  const parts: ContentPart[] = [];
  for (const name of (await readdir(path)).sort()) {
    // As the data plane does: hidden files are uploads in progress.
    const file = join(path, name);
    if (name.startsWith('.') || !(await stat(file)).isFile()) continue;
    parts.push({ name, bytes: await readPart(file, secrets) });
  }
  return parts;
}

// A file with the gateway's certificate may hold its key as well, which goes nowhere from there.
const readWhole = ({ kind }: PublicFile, path: string, secrets: Secrets): Promise<Uint8Array> =>
  kind === 'certificates' ? readPublicPart(path, secrets, LARGEST_PUBLIC) : readPart(path, secrets);

async function readOne(file: PublicFile, path: string, secrets: Secrets): Promise<FileContents> {
  const isFolder = file.kind === 'lists' && (await stat(path)).isDirectory();
  const parts = isFolder
    ? await readFolder(path, secrets)
    : [{ name: '', bytes: await readWhole(file, path, secrets) }];
  return Object.freeze({ ...file, isFolder, parts });
}

/** Named is what is to be read, and which files are not: whatever leads to one of those is refused. */
export interface Named {
  readonly publics: readonly PublicFile[];
  /** Paths. */
  readonly secrets: readonly string[];
}

/** readContents reads every public file where `locate` says it is, one after the other. Errors: as readPublic; the code HOLDS_KEY. */
export async function readContents(
  { publics, secrets: paths }: Named,
  locate: Locate,
): Promise<readonly FileContents[]> {
  const secrets = await secretsAmong(paths);
  const contents: FileContents[] = [];
  for (const file of publics) contents.push(await readOne(file, locate(file), secrets));
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
