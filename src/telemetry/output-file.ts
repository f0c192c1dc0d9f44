/**
 * Owns the way of lines into a file: what a full disk did not take is written once it has room, from where it stopped.
 * In place of Node's own stream, which takes a write of which the disk took a part for a whole one.
 */
import { EventEmitter } from 'node:events';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { countLines, type LogStream, RETRY_MS } from './log-stream.js';

/** FileSystem is the part of node:fs that is needed. */
export interface FileSystem {
  writeSync(fd: number, bytes: Uint8Array, offset: number): number;
  fstatSync(fd: number): { readonly size: number };
}

export interface OutputFileOptions {
  readonly retryMs?: number;
  /** How many bytes wait at most. */
  readonly mostHeld?: number;
  /** The file ends in the middle of a line, which is ended first. */
  readonly isTorn?: boolean;
  readonly files?: FileSystem;
}

// More comes only at the end: while a stream has no room the writer of the log holds lines back.
const MOST_HELD = 1024 * 1024;
const LINE_FEED = 10;
const FEED = Buffer.from('\n');
const FILES: FileSystem = { writeSync, fstatSync };

// Those of memory, such as /dev/null and /dev/full (linux/major.h). node:tty, which knows terminals, would keep 0.5 MB.
const MEMORY_DEVICES = 1;
const majorOf = (device: number): number => (device >> 8) & 0xfff;

/** isFile says whether writing to a descriptor is writing to a file or a device such as /dev/null: no terminal, no pipe. */
export function isFile(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isFile() || (stats.isCharacterDevice() && majorOf(stats.rdev) === MEMORY_DEVICES);
  } catch {
    return false; // what cannot be looked at is Node's
  }
}

/** endsTorn says whether a file that is written to by a descriptor ends in the middle of a line, as that of a full disk may. */
export function endsTorn(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size === 0) return false;
    const reader = openSync(`/proc/self/fd/${fd}`, 'r');
    try {
      const last = Buffer.alloc(1);
      return readSync(reader, last, 0, 1, stats.size - 1) === 1 && last[0] !== LINE_FEED;
    } finally {
      closeSync(reader);
    }
  } catch {
    return false; // it may be written and not read: then nobody knows
  }
}

// Error: that of write(2).
function writeSome(files: FileSystem, fd: number, bytes: Uint8Array, at: number): number {
  const written = files.writeSync(fd, bytes, at);
  if (written === 0 && at < bytes.length) throw new Error('nothing more is taken');
  return written;
}

const bytesOf = (chunk: Uint8Array | string): Buffer =>
  typeof chunk === 'string'
    ? Buffer.from(chunk)
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

/** writeWhole writes a text to a file. Error: that of write(2), after a part of the text. */
export function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) at += writeSome(FILES, fd, bytes, at);
}

/** OutputFile lives on the main thread and blocks it while the disk writes, as Node's own stream does. */
export class OutputFile extends EventEmitter implements LogStream {
  readonly #fd: number;
  readonly #files: FileSystem;
  readonly #retryMs: number;
  readonly #mostHeld: number;
  readonly #held: Buffer[] = [];
  // Of the first that is held.
  #offset = 0;
  #size: number | undefined;
  #isFailing = false;
  #retry: NodeJS.Timeout | undefined;
  #lost = 0;

  constructor(fd: number, options: OutputFileOptions = {}) {
    super();
    const { retryMs = RETRY_MS, mostHeld = MOST_HELD, files = FILES } = options;
    if (options.isTorn === true) this.#held.push(FEED);
    this.#fd = fd;
    this.#files = files;
    this.#retryMs = retryMs;
    this.#mostHeld = mostHeld;
  }

  write(chunk: Uint8Array | string, done?: () => void): boolean {
    const bytes = bytesOf(chunk);
    const held = this.#held.reduce((sum, { length }) => sum + length, 0);
    if (held > 0 && held + bytes.length > this.#mostHeld) this.#lost += countLines(bytes);
    else if (bytes.length > 0) this.#held.push(bytes);
    this.#push();
    done?.();
    return !this.#isFailing;
  }

  /** look has nothing to find out: nobody has to read a file. */
  look(): void {}

  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  #push(): void {
    try {
      if (this.#isFailing) this.#closeTornLine();
      for (let head = this.#held[0]; head !== undefined; head = this.#held[0]) this.#pushOne(head);
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    if (!this.#isFailing) return;
    this.#isFailing = false;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.emit('drain');
  }

  #pushOne(bytes: Buffer): void {
    while (this.#offset < bytes.length) {
      this.#offset += writeSome(this.#files, this.#fd, bytes, this.#offset);
    }
    this.#held.shift();
    this.#offset = 0;
  }

  // Who made room by cutting the file, or wrote to it meanwhile, left nothing to go on from: the line is written again, whole.
  #closeTornLine(): void {
    const head = this.#held[0];
    const size = this.#sizeNow();
    if (head === undefined || this.#offset === 0 || size === this.#size) return;
    const begin = head.lastIndexOf(LINE_FEED, this.#offset - 1) + 1;
    const again = head.subarray(begin);
    const isTorn = begin < this.#offset && size !== 0;
    this.#held[0] = isTorn ? Buffer.concat([FEED, again]) : again;
    this.#offset = 0;
    this.#size = size;
  }

  #sizeNow(): number | undefined {
    try {
      return this.#files.fstatSync(this.#fd).size;
    } catch {
      return undefined; // the write that follows says why
    }
  }

  #fail(error: Error): void {
    this.#isFailing = true;
    this.#size = this.#sizeNow();
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.#push();
    }, this.#retryMs).unref();
    this.emit('error', error);
  }
}
