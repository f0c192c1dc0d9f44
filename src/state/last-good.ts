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
import { writeProblem } from '../write-problem.js';
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
import { isThere, makeOwnFolder, requireOwnFile, requireOwnFolder } from './state-folder.js';

const FILE = 'last-good';
// What was kept stands by this name once a later configuration has served that could not be kept. A rename needs no space, and the
// name is no longer than the other, so that the folder has room for it.
const OVERTAKEN = 'overtaken';
const LEFT_BEHIND = /^(?:last-good|list-numbers)\.\d+\.new$/;

/** Recovered is a kept configuration beside copies of its public files. */
export interface Recovered {
  readonly kept: Kept | KeptSnapshot;
  /** A later configuration has served that could not be kept: who was removed by that is back. */
  readonly isOvertaken: boolean;
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
  kept: Omit<Recovered, 'locate' | 'dispose'>,
  places: Places,
  dispose: () => Promise<void>,
): Recovered {
  const locate = (file: PublicFile): string => places.get(placeKey(file)) ?? file.path;
  return Object.freeze({ ...kept, locate, dispose });
}

export class LastGood {
  readonly folder: string;
  readonly #operations: FileOperations;
  #written: string | undefined;
  // The content of which copies stand.
  #standing: string | undefined;

  /** Only makeFolder makes the folder. */
  constructor(folder: string, operations: FileOperations = DISK) {
    this.folder = folder;
    this.#operations = operations;
  }

  get path(): string {
    return join(this.folder, FILE);
  }

  get #overtakenPath(): string {
    return join(this.folder, OVERTAKEN);
  }

  /** makeFolder makes the state folder for a start, and says whether it had to. Error: GatewayError state-unusable. */
  makeFolder(): Promise<boolean> {
    return makeOwnFolder(this.folder);
  }

  /** isMissing says that the folder could hold what was kept, and does not. */
  async isMissing(): Promise<boolean> {
    if ((await isThere(this.path)) || (await isThere(this.#overtakenPath))) return false;
    return requireOwnFolder(this.folder).then(
      () => true,
      () => false,
    );
  }

  /**
   * keep replaces what was kept, and says whether it had to. What is the same but for its time is not written again: cards
   * wear out. Copies of its files are laid out beside it.
   * Errors: GatewayError state-unusable, state-unwritable; what was kept before is there still, to be overtaken (overtake), or this
   * without its copies.
   */
  async keep(kept: Kept): Promise<boolean> {
    await requireOwnFolder(this.folder);
    const content = contentOf(kept);
    if (!(await isThere(this.path))) await this.#takeBack(content);
    this.#written ??= await this.#contentOnDisk();
    const isNew = content !== this.#written;
    if (isNew) await this.#replace(kept);
    this.#written = content;
    if (content !== this.#standing) await this.#stand(kept);
    this.#standing = content;
    return isNew;
  }

  /**
   * overtake marks what is kept, if anything is, as older than what has served: unless that was written all the same. It does not
   * ask whose the folder is; a folder of others is not read later either, until somebody has repaired it.
   * Error: GatewayError state-unwritable; a start would take what is kept for the last that served.
   */
  async overtake(served: Kept): Promise<void> {
    const content = contentOf(served);
    if ((await this.#contentOnDisk()) === content) return;
    try {
      await this.#operations.rename(this.path, this.#overtakenPath);
      await this.#operations.syncFolder(this.folder);
    } catch (cause) {
      if (!(await isThere(this.path))) return;
      const why = `${literal(this.path)} cannot be marked as overtaken, so that a start with a broken configuration would serve it`;
      throw new GatewayError('state-unwritable', `${why}: ${writeProblem(cause)}`, { cause });
    }
  }

  /** read returns what was kept, overtaken or not; undefined when nothing was. Error: GatewayError state-unusable. */
  async read(): Promise<Kept | KeptSnapshot | undefined> {
    return (await this.#readAny())?.kept;
  }

  async #readAny(): Promise<Pick<Recovered, 'kept' | 'isOvertaken'> | undefined> {
    await requireOwnFolder(this.folder);
    const kept = await this.#readAt(this.path);
    if (kept !== undefined) return { kept, isOvertaken: false };
    const overtaken = await this.#readAt(this.#overtakenPath);
    return overtaken === undefined ? undefined : { kept: overtaken, isOvertaken: true };
  }

  async #readAt(path: string): Promise<Kept | KeptSnapshot | undefined> {
    await requireOwnFile(path);
    try {
      return decodeKept(await readNoLink(path));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      const why = cause instanceof GatewayError ? cause.message : fileProblem(cause);
      throw new GatewayError('state-unusable', `${literal(path)}: ${why}`, { cause });
    }
  }

  /**
   * recover unpacks what was kept of the configuration file at `config`; undefined when nothing was.
   * Errors: GatewayError state-unusable, also when it is of another file; state-unwritable.
   */
  async recover(config: string): Promise<Recovered | undefined> {
    const found = await this.#readAny();
    if (found === undefined) return undefined;
    const { kept, isOvertaken } = found;
    if (kept.config !== config) {
      const path = isOvertaken ? this.#overtakenPath : this.path;
      const why = `it belongs to ${literal(kept.config)}; give each gateway a state folder of its own`;
      throw new GatewayError('state-unusable', `${literal(path)}: ${why}`);
    }
    const standing = await findStanding(this.folder, kept.contents);
    if (standing !== undefined) return recovered(found, standing, async () => undefined);
    return this.#unpack(found);
  }

  // A gateway of before kept no copies, or somebody removed them.
  async #unpack(found: Pick<Recovered, 'kept' | 'isOvertaken'>): Promise<Recovered> {
    const { contents } = found.kept;
    try {
      const folder = await mkdtemp(join(this.folder, UNPACKED));
      const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
      return recovered(found, await copyInto(folder, contents, this.#operations), dispose);
    } catch (cause) {
      const why = `copies cannot be made in ${literal(this.folder)}: ${writeProblem(cause)}`;
      throw new GatewayError('state-unwritable', why, { cause });
    }
  }

  // Somebody emptied the folder, or it is another one, or what was kept was overtaken; what serves may be that again.
  async #takeBack(content: string): Promise<void> {
    this.#written = undefined;
    this.#standing = undefined;
    if ((await this.#contentAt(this.#overtakenPath)) !== content) return;
    await this.#operations.rename(this.#overtakenPath, this.path).catch(() => {
      // It is written anew then, or that says why it cannot be.
    });
  }

  async #replace(kept: Kept): Promise<void> {
    try {
      await replaceFile(this.path, encodeKept(kept), this.#operations);
      await this.#operations.remove(this.#overtakenPath);
    } catch (cause) {
      const why = `the last good configuration cannot be kept in ${literal(this.folder)}`;
      throw new GatewayError('state-unwritable', `${why}: ${writeProblem(cause)}`, { cause });
    }
  }

  async #stand({ contents }: Kept): Promise<void> {
    try {
      await stand(this.folder, contents, this.#operations);
    } catch (cause) {
      const why = `the last good configuration is kept in ${literal(this.folder)}, without the copies by which it serves when the disk is full`;
      throw new GatewayError('state-unwritable', `${why}: ${writeProblem(cause)}`, { cause });
    }
  }

  #contentOnDisk(): Promise<string> {
    return this.#contentAt(this.path);
  }

  async #contentAt(path: string): Promise<string> {
    try {
      const kept = await this.#readAt(path);
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
