/**
 * Owns the watching of files: it tells when one of them, or the way to it, may have changed. It watches folders, never the
 * files themselves, because a file that is replaced takes its watch with it. What changed is for others to find out.
 */
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Settle, type SettleTimes, TIMES } from './settle.js';
import { planWatch, type WatchedFolder } from './watch-plan.js';

export interface FileWatcherOptions {
  /** onChange is called when a burst of events is over, and when watching has just begun: a change may have come before. */
  readonly onChange: () => void;
  /** onFailed is told, once for each folder, why changes in it will not be seen. */
  readonly onFailed: (folder: string, reason: string) => void;
  readonly times?: SettleTimes;
}

interface Watched {
  readonly handle: FSWatcher;
  /** Tells the folder that is watched from another that took its place. */
  readonly inode: string;
  wanted: WatchedFolder;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no more watches: raise fs.inotify.max_user_watches with sysctl',
  EMFILE:
    'no file descriptor is left, or no more watchers: raise the limit of descriptors, or fs.inotify.max_user_instances with sysctl',
  EACCES: 'this user may not read the folder',
};

async function inodeOf(folder: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined; // gone; the folder around it is watched for its name
  }
}

const wantsMore = (now: WatchedFolder, before: WatchedFolder): boolean =>
  !before.everyName && (now.everyName || [...now.names].some((name) => !before.names.has(name)));

export class FileWatcher {
  readonly #options: FileWatcherOptions;
  readonly #settle: Settle;
  readonly #folders = new Map<string, Watched>();
  readonly #failed = new Set<string>();
  #following: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: FileWatcherOptions) {
    this.#options = options;
    this.#settle = new Settle(() => options.onChange(), options.times ?? TIMES);
  }

  /** folders counts the folders that are watched; failed lists those that cannot be, though they should. */
  get folders(): number {
    return this.#folders.size;
  }

  get failed(): readonly string[] {
    return [...this.#failed];
  }

  /** follow watches these absolute paths and no others from now on. */
  follow(paths: readonly string[]): Promise<void> {
    this.#following = this.#following.then(() => this.#follow(paths));
    return this.#following;
  }

  /** close watches nothing any more. */
  close(): void {
    this.#closed = true;
    this.#settle.close();
    for (const folder of [...this.#folders.keys()]) this.#leave(folder);
  }

  async #follow(paths: readonly string[]): Promise<void> {
    const plan = await planWatch(paths);
    for (const folder of [...this.#folders.keys()]) if (!plan.has(folder)) this.#leave(folder);
    for (const folder of [...this.#failed]) if (!plan.has(folder)) this.#failed.delete(folder);
    for (const [folder, wanted] of plan) await this.#enter(folder, wanted);
  }

  async #enter(folder: string, wanted: WatchedFolder): Promise<void> {
    // Before the watch begins: should the folder be replaced in between, the next look finds another inode.
    const inode = await inodeOf(folder);
    const watched = this.#folders.get(folder);
    if (watched !== undefined && watched.inode === inode) {
      this.#want(watched, wanted);
      return;
    }
    if (watched !== undefined) this.#leave(folder);
    if (inode === undefined || this.#closed) return;
    this.#watch(folder, inode, wanted);
  }

  #want(watched: Watched, wanted: WatchedFolder): void {
    const before = watched.wanted;
    watched.wanted = wanted;
    // What a new name did between the reading of the files and now was taken for another file's business.
    if (wantsMore(wanted, before) && !this.#closed) this.#settle.poke();
  }

  #watch(folder: string, inode: string, wanted: WatchedFolder): void {
    try {
      const handle = watch(folder, { persistent: false });
      handle.on('change', (_kind, name) => this.#onEvent(folder, String(name ?? '')));
      handle.on('error', (error) => this.#lose(folder, error));
      this.#folders.set(folder, { handle, inode, wanted });
      this.#failed.delete(folder);
      // What happened between the reading of the files and now was seen by nobody.
      this.#settle.poke();
    } catch (error) {
      if (wanted.isNeeded) this.#fail(folder, error);
    }
  }

  #onEvent(folder: string, name: string): void {
    const wanted = this.#folders.get(folder)?.wanted;
    if (wanted === undefined) return;
    // A folder that is moved or removed tells of it under its own name.
    const isOwn = name === '' || name === basename(folder);
    if (isOwn || wanted.everyName || wanted.names.has(name)) this.#settle.poke();
  }

  #lose(folder: string, error: unknown): void {
    this.#leave(folder);
    this.#fail(folder, error);
  }

  #fail(folder: string, error: unknown): void {
    if (this.#failed.has(folder)) return;
    this.#failed.add(folder);
    const { code = '', message } = error as NodeJS.ErrnoException;
    this.#options.onFailed(folder, REASONS[code] ?? message);
  }

  #leave(folder: string): void {
    this.#folders.get(folder)?.handle.close();
    this.#folders.delete(folder);
  }
}
