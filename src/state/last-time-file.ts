/**
 * Owns the file in the state folder with the last time that is known to have passed: reading and replacing it. I/O. Whoever may
 * write it can keep a right clock from being believed, so it must be the gateway's alone.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../config/material.js';
import { sha256 } from '../engine/native.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { momentText } from '../timestamp.js';
import { writeProblem } from '../write-problem.js';
import { DISK, type FileOperations, replaceFile } from './durable-file.js';
import { isThere, requireOwnFile, requireOwnFolder } from './state-folder.js';

/** LAST_TIME is the name of the file. */
export const LAST_TIME = 'last-time';

// Said at the front, so that a file of another version is told from a damaged one.
const FORMAT = 'pinlatch-last-time/1';
const WHOLE = /^pinlatch-last-time\/1 sha256:([0-9a-f]{64})\n(\d{4}-\d\d-\d\dT[\d:]+Z)\n$/;

const digestOf = (moment: string): string => sha256(Buffer.from(moment));

/** encodeLastTime writes a time (Unix seconds) so that people can read it. */
export function encodeLastTime(seconds: number): string {
  const moment = momentText(seconds);
  return `${FORMAT} sha256:${digestOf(moment)}\n${moment}\n`;
}

/** decodeLastTime reads it; undefined when it is torn, altered or of another version. */
export function decodeLastTime(text: string): number | undefined {
  const [, digest, moment = ''] = WHOLE.exec(text) ?? [];
  if (digest === undefined || digest !== digestOf(moment)) return undefined;
  const seconds = Date.parse(moment) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

export class LastTimeFile {
  readonly folder: string;
  readonly #operations: FileOperations;

  constructor(folder: string, operations: FileOperations = DISK) {
    this.folder = folder;
    this.#operations = operations;
  }

  get path(): string {
    return join(this.folder, LAST_TIME);
  }

  /** isThere says whether there is a file, readable or not; true when that cannot be told. */
  isThere(): Promise<boolean> {
    return isThere(this.path);
  }

  /** read returns what was kept (Unix seconds); undefined when there is no file. Errors: GatewayError state-unusable, state-missing. */
  async read(): Promise<number | undefined> {
    await requireOwnFolder(this.folder);
    await requireOwnFile(this.path);
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw this.#unusable(fileProblem(cause), cause);
    }
    const seconds = decodeLastTime(text);
    if (seconds === undefined) throw this.#unusable('the file is damaged, or of another version');
    return seconds;
  }

  /** write replaces what was kept. Errors: GatewayError state-unusable, state-missing, state-unwritable. */
  async write(seconds: number): Promise<void> {
    await requireOwnFolder(this.folder);
    try {
      await replaceFile(this.path, [Buffer.from(encodeLastTime(seconds))], this.#operations);
    } catch (cause) {
      const why = `the time cannot be kept in ${literal(this.folder)}: ${writeProblem(cause)}`;
      throw new GatewayError('state-unwritable', why, { cause });
    }
  }

  #unusable(why: string, cause?: unknown): GatewayError {
    return new GatewayError('state-unusable', `${literal(this.path)}: ${why}`, { cause });
  }
}
