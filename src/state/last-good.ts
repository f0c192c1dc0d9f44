/**
 * Owns the last good configuration in the state folder: keeping it after it began to serve, and bringing it back at a start
 * with a broken one. I/O. Whoever may write that file decides who gets in, so it must be the gateway's alone.
 */
import { constants } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../config/material.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import type { PublicFile } from '../snapshot/public-files.js';
import { DISK, type FileOperations, replaceFile } from './durable-file.js';
import type { FileContents } from './file-contents.js';
import { decodeKept, encodeKept, type Kept } from './kept-document.js';
import type { KeptSnapshot } from './kept-snapshot.js';
import { requireOwnFile, requireOwnFolder } from './state-folder.js';

const FILE = 'last-good';
const UNPACKED = 'unpacked-';
const LEFT_BEHIND = /^(?:last-good|list-numbers)\.\d+\.new$/;

/** Recovered is a kept configuration beside copies of its public files. */
export interface Recovered {
  readonly kept: Kept | KeptSnapshot;
  /** locate says where the copy of a public file is. One that has none is where it is. */
  locate(file: PublicFile): string;
  /** dispose removes the copies; they are needed until what was kept was applied. */
  dispose(): Promise<void>;
}

async function readNoLink(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

// The line with the checksum is the same for the same content.
function contentOf(kept: Kept | KeptSnapshot): string {
  if (!('text' in kept)) return ''; // of the old form: it is written anew
  const [first] = encodeKept({ ...kept, keptAt: 0 });
  return Buffer.from(first ?? []).toString('latin1');
}

// Names of files in the copy are numbers: the original ones need not be valid here.
async function unpack(
  contents: readonly FileContents[],
  folder: string,
): Promise<Map<string, string>> {
  const copies = new Map<string, string>();
  for (const [index, { kind, path, isFolder, parts }] of contents.entries()) {
    const copy = join(folder, String(index));
    copies.set(`${kind} ${path}`, copy);
    if (isFolder) await mkdir(copy, 0o700);
    for (const [place, { bytes }] of parts.entries()) {
      const name = isFolder ? join(copy, String(place).padStart(6, '0')) : copy;
      await writeFile(name, bytes, { mode: 0o600, flag: 'wx' });
    }
  }
  return copies;
}

export class LastGood {
  readonly folder: string;
  readonly #operations: FileOperations;
  #written: string | undefined;

  /** The folder must be there. */
  constructor(folder: string, operations: FileOperations = DISK) {
    this.folder = folder;
    this.#operations = operations;
  }

  get path(): string {
    return join(this.folder, FILE);
  }

  /**
   * keep replaces what was kept, and says whether it had to. What is the same but for its time is not written again: cards
   * wear out.
   * Errors: GatewayError state-unusable, state-unwritable; what was kept before is there still.
   */
  async keep(kept: Kept): Promise<boolean> {
    await requireOwnFolder(this.folder);
    const content = contentOf(kept);
    this.#written ??= await this.#contentOnDisk();
    if (content === this.#written) return false;
    try {
      await replaceFile(this.path, encodeKept(kept), this.#operations);
    } catch (cause) {
      const why = `the last good configuration cannot be kept in ${literal(this.folder)}`;
      throw new GatewayError('state-unwritable', `${why}: ${fileProblem(cause)}`, { cause });
    }
    this.#written = content;
    return true;
  }

  /** read returns what was kept; undefined when nothing was. Error: GatewayError state-unusable. */
  async read(): Promise<Kept | KeptSnapshot | undefined> {
    await requireOwnFolder(this.folder);
    await requireOwnFile(this.path);
    try {
      return decodeKept(await readNoLink(this.path));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      const why = cause instanceof GatewayError ? cause.message : fileProblem(cause);
      throw new GatewayError('state-unusable', `${literal(this.path)}: ${why}`, { cause });
    }
  }

  /**
   * recover unpacks what was kept of the configuration file at `config`; undefined when nothing was.
   * Errors: GatewayError state-unusable, also when it is of another file; state-unwritable.
   */
  async recover(config: string): Promise<Recovered | undefined> {
    const kept = await this.read();
    if (kept === undefined) return undefined;
    if (kept.config !== config) {
      const why = `it belongs to ${literal(kept.config)}; give each gateway a state folder of its own`;
      throw new GatewayError('state-unusable', `${literal(this.path)}: ${why}`);
    }
    try {
      const folder = await mkdtemp(join(this.folder, UNPACKED));
      const copies = await unpack(kept.contents, folder);
      const locate = ({ kind, path }: PublicFile) => copies.get(`${kind} ${path}`) ?? path;
      const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
      return Object.freeze({ kept, locate, dispose });
    } catch (cause) {
      const why = `copies cannot be made in ${literal(this.folder)}: ${fileProblem(cause)}`;
      throw new GatewayError('state-unwritable', why, { cause });
    }
  }

  async #contentOnDisk(): Promise<string> {
    try {
      const kept = await this.read();
      return kept === undefined ? '' : contentOf(kept);
    } catch {
      return ''; // it cannot be used, so it is replaced; a start that needs it says why
    }
  }

  /** tidy removes what a gateway that was killed left behind. Error: GatewayError state-unusable. */
  async tidy(): Promise<void> {
    await requireOwnFolder(this.folder);
    try {
      const names = await readdir(this.folder);
      const old = names.filter((name) => name.startsWith(UNPACKED) || LEFT_BEHIND.test(name));
      for (const name of old) await rm(join(this.folder, name), { recursive: true, force: true });
    } catch (cause) {
      const why = `the state folder ${literal(this.folder)}: ${fileProblem(cause)}`;
      throw new GatewayError('state-unusable', why, { cause });
    }
  }
}
