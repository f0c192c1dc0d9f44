/**
 * Owns the file in the state folder with the numbers of revocation lists that served: reading it, replacing it, setting one aside
 * that cannot be used. I/O. Whoever may write it decides whether a revoked client comes back, so it must be the gateway's alone.
 */
import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../config/material.js';
import type { RememberedList } from '../engine/native.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { DISK, type FileOperations, replaceFile } from './durable-file.js';
import { decodeListNumbers, encodeListNumbers } from './list-numbers-document.js';
import { messageOf } from './outcome.js';
import { requireOwnFile, requireOwnFolder } from './state-folder.js';

/** LIST_NUMBERS is the name of the file, SET_ASIDE that of one that could not be used. */
export const LIST_NUMBERS = 'list-numbers';
export const SET_ASIDE = 'list-numbers.damaged';

async function readNoLink(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

export class ListNumbersFile {
  readonly folder: string;
  readonly #operations: FileOperations;
  // undefined: not known.
  #written: string | undefined;
  #isDamaged = false;

  /** The folder must be there. */
  constructor(folder: string, operations: FileOperations = DISK) {
    this.folder = folder;
    this.#operations = operations;
  }

  get path(): string {
    return join(this.folder, LIST_NUMBERS);
  }

  /** isDamaged says that read found a file that is its own, and not what this program wrote. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /** read returns what was kept; nothing when there is no file. Error: GatewayError state-unusable. */
  async read(): Promise<readonly RememberedList[]> {
    await requireOwnFolder(this.folder);
    await requireOwnFile(this.path);
    try {
      const text = await readNoLink(this.path);
      const lists = decodeListNumbers(text);
      this.#written = text;
      return lists;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
        this.#written = encodeListNumbers([]); // as good as a file with no list
        return [];
      }
      this.#isDamaged = !('syscall' in (cause as object));
      const why = this.#isDamaged ? messageOf(cause) : fileProblem(cause);
      throw new GatewayError('state-unusable', `${literal(this.path)}: ${why}`, { cause });
    }
  }

  /**
   * write replaces what was kept, and says whether it had to: what is the same is not written again, cards wear out.
   * Errors: GatewayError state-unusable, state-unwritable; what was kept before is there still.
   */
  async write(lists: readonly RememberedList[]): Promise<boolean> {
    const text = encodeListNumbers(lists);
    if (text === this.#written) return false;
    await requireOwnFolder(this.folder);
    try {
      await replaceFile(this.path, [Buffer.from(text)], this.#operations);
    } catch (cause) {
      const why = `the numbers of revocation lists cannot be kept in ${literal(this.folder)}`;
      throw new GatewayError('state-unwritable', `${why}: ${fileProblem(cause)}`, { cause });
    }
    this.#written = text;
    return true;
  }

  /** setAside renames a damaged file, for somebody to look at. Error: of the file system. */
  async setAside(): Promise<void> {
    await rename(this.path, join(this.folder, SET_ASIDE));
  }
}
