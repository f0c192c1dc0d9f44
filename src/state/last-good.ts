/**
 * Owns the last good configuration in the state folder: keeping it after it began to serve, and bringing it back at a start
 * with a broken one. I/O. Whoever may write that file decides who gets in, so it must be the gateway's alone.
 */
import { constants } from 'node:fs';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../config/material.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import type { PublicFile } from '../snapshot/public-files.js';
import { DISK, type FileOperations, replaceFile } from './durable-file.js';
import { decodeKept, encodeKept, type Kept } from './kept-document.js';
import type { KeptSnapshot } from './kept-snapshot.js';
import {
  copyInto,
  findStanding,
  type Places,
  placeKey,
  stand,
  UNPACKED,
} from './standing-copies.js';
import { isThere, requireOwnFile, requireOwnFolder } from './state-folder.js';

const FILE = 'last-good';
const LEFT_BEHIND = /^(?:last-good|list-numbers)\.\d+\.new$/;

/** Recovered is a kept configuration beside copies of its public files. */
export interface Recovered {
  readonly kept: Kept | KeptSnapshot;
  /** locate says where the copy of a public file is. One that has none is where it is. */
  locate(file: PublicFile): string;
  /** dispose removes copies that were made for this; they are needed until what was kept was applied. */
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

function recovered(
  kept: Kept | KeptSnapshot,
  places: Places,
  dispose: () => Promise<void>,
): Recovered {
  const locate = (file: PublicFile): string => places.get(placeKey(file)) ?? file.path;
  return Object.freeze({ kept, locate, dispose });
}

export class LastGood {
  readonly folder: string;
  readonly #operations: FileOperations;
  #written: string | undefined;
  // The content of which copies stand.
  #standing: string | undefined;

  /** The folder must be there. */
  constructor(folder: string, operations: FileOperations = DISK) {
    this.folder = folder;
    this.#operations = operations;
  }

  get path(): string {
    return join(this.folder, FILE);
  }

  /** isMissing says that the folder could hold what was kept, and does not. */
  async isMissing(): Promise<boolean> {
    if (await isThere(this.path)) return false;
    return requireOwnFolder(this.folder).then(
      () => true,
      () => false,
    );
  }

  /**
   * keep replaces what was kept, and says whether it had to. What is the same but for its time is not written again: cards
   * wear out. Copies of its files are laid out beside it.
   * Errors: GatewayError state-unusable, state-unwritable; what was kept before is there still, or this without its copies.
   */
  async keep(kept: Kept): Promise<boolean> {
    await requireOwnFolder(this.folder);
    const content = contentOf(kept);
    if (!(await isThere(this.path))) this.#forgetWhatIsThere();
    this.#written ??= await this.#contentOnDisk();
    const isNew = content !== this.#written;
    if (isNew) await this.#replace(kept);
    this.#written = content;
    if (content !== this.#standing) await this.#stand(kept);
    this.#standing = content;
    return isNew;
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
    const standing = await findStanding(this.folder, kept.contents);
    if (standing !== undefined) return recovered(kept, standing, async () => undefined);
    return this.#unpack(kept);
  }

  // A gateway of before kept no copies, or somebody removed them.
  async #unpack(kept: Kept | KeptSnapshot): Promise<Recovered> {
    try {
      const folder = await mkdtemp(join(this.folder, UNPACKED));
      const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
      return recovered(kept, await copyInto(folder, kept.contents, this.#operations), dispose);
    } catch (cause) {
      const why = `copies cannot be made in ${literal(this.folder)}: ${fileProblem(cause)}`;
      throw new GatewayError('state-unwritable', why, { cause });
    }
  }

  // Somebody emptied the folder, or it is another one.
  #forgetWhatIsThere(): void {
    this.#written = undefined;
    this.#standing = undefined;
  }

  async #replace(kept: Kept): Promise<void> {
    try {
      await replaceFile(this.path, encodeKept(kept), this.#operations);
    } catch (cause) {
      const why = `the last good configuration cannot be kept in ${literal(this.folder)}`;
      throw new GatewayError('state-unwritable', `${why}: ${fileProblem(cause)}`, { cause });
    }
  }

  async #stand({ contents }: Kept): Promise<void> {
    try {
      await stand(this.folder, contents, this.#operations);
    } catch (cause) {
      const why = `the last good configuration is kept in ${literal(this.folder)}, without the copies by which it serves when the disk is full`;
      throw new GatewayError('state-unwritable', `${why}: ${fileProblem(cause)}`, { cause });
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
