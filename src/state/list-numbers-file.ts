/**
 * Owns the file in the state folder with the numbers of revocation lists that served: reading it, replacing it, setting one aside
 * that cannot be used. I/O. Whoever may write it decides whether a revoked client comes back, so it must be the gateway's alone.
 */
import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../config/material.js';
import type { RememberedList } from '../engine/native.js';
import { GatewayError, messageOf } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { writeProblem } from '../write-problem.js';
import { DISK, type FileOperations, replaceFile } from './durable-file.js';
import { decodeListNumbers, encodeListNumbers } from './list-numbers-document.js';
import { isThere, requireOwnFile, requireOwnFolder } from './state-folder.js';

/** LIST_NUMBERS is the name of the file, SET_ASIDE that of one that could not be used. */
export const LIST_NUMBERS = 'list-numbers';
export const SET_ASIDE = 'list-numbers.damaged';

// No file is as good as one with no list.
const NO_LIST = encodeListNumbers([]);

const isMissing = ({ code }: NodeJS.ErrnoException): boolean => code === 'ENOENT';

// undefined when there is none. No link is followed.
async function textOf(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error) => {
    if (!isMissing(error)) throw error;
  });
  if (file === undefined) return undefined;
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

export class ListNumbersFile {
  readonly folder: string;
  readonly #operations: FileOperations;
  // What the file held when it was last read or written; undefined: not known.
  #onDisk: string | undefined;
  #isDamaged = false;

  constructor(folder: string, operations: FileOperations = DISK) {
    this.folder = folder;
    this.#operations = operations;
  }

  get path(): string {
    return join(this.folder, LIST_NUMBERS);
  }

  /** isDamaged says that the last reading found a file that is its own, and not what this program wrote. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /** isThere says whether there is a file, readable or not; true when that cannot be told. */
  isThere(): Promise<boolean> {
    return isThere(this.path);
  }

  /** isWhole says that the file is there, or has no list to hold. */
  async isWhole(): Promise<boolean> {
    return this.#onDisk === undefined || this.#onDisk === NO_LIST || (await this.isThere());
  }

  /** read returns what was kept; nothing when there is no file. Error: GatewayError state-unusable, state-missing. */
  async read(): Promise<readonly RememberedList[]> {
    this.#onDisk = undefined;
    return (await this.readOther()) ?? [];
  }

  /** readOther does as read; undefined when the file holds what was read or written last. */
  async readOther(): Promise<readonly RememberedList[] | undefined> {
    this.#isDamaged = false;
    await requireOwnFolder(this.folder);
    await requireOwnFile(this.path);
    try {
      const text = (await textOf(this.path)) ?? NO_LIST;
      if (text === this.#onDisk) return undefined;
      const lists = decodeListNumbers(text);
      this.#onDisk = text;
      return lists;
    } catch (cause) {
      this.#isDamaged = !('syscall' in (cause as object));
      const why = this.#isDamaged ? messageOf(cause) : fileProblem(cause);
      throw new GatewayError('state-unusable', `${literal(this.path)}: ${why}`, { cause });
    }
  }

  /**
   * write replaces what was kept, and says whether it had to: what is the same is not written again, cards wear out.
   * Errors: GatewayError state-unusable, state-missing, state-unwritable; what was kept before is there still.
   */
  async write(lists: readonly RememberedList[]): Promise<boolean> {
    const text = encodeListNumbers(lists);
    if (text === this.#onDisk) return false;
    await requireOwnFolder(this.folder);
    try {
      await replaceFile(this.path, [Buffer.from(text)], this.#operations);
    } catch (cause) {
      const why = `the numbers of revocation lists cannot be kept in ${literal(this.folder)}`;
      throw new GatewayError('state-unwritable', `${why}: ${writeProblem(cause)}`, { cause });
    }
    this.#onDisk = text;
    return true;
  }

  /** setAside renames a damaged file, for somebody to look at. Error: of the file system. */
  async setAside(): Promise<void> {
    await rename(this.path, join(this.folder, SET_ASIDE));
  }
}
