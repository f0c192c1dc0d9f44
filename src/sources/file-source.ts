/**
 * Owns the configuration file as a source: its text, beside the files that it names, each where it is.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exposedFiles } from '../config/exposed-files.js';
import { IN_PLACE } from '../config/material.js';
import { readText } from '../config/read-file.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import type { ConfigSource, Revision, SourceEvents, SourceWatch } from './config-source.js';
import { FileWatcher } from './watch.js';

/** readRevision reads a configuration file, or what is piped in its place. Errors: as readText. */
export async function readRevision(file: string): Promise<Revision> {
  return Object.freeze({
    text: await readText(file),
    version: '',
    locate: IN_PLACE,
    exposed: (named) => exposedFiles([{ path: file, at: '' }, ...named]),
  } satisfies Revision);
}

// A pipe in place of the configuration file would be waited for without end, and a device read without end.
async function requireRegular(file: string): Promise<void> {
  const stats = await stat(file).catch(() => undefined); // reading it says why
  if (stats === undefined || stats.isFile()) return;
  throw new GatewayError('file-unreadable', `${literal(file)}: not a regular file`);
}

export class FileSource implements ConfigSource {
  readonly file: string;
  readonly #watchers: FileWatcher[] = [];

  constructor(path: string) {
    this.file = resolve(path);
  }

  /** read reads a regular file. Errors: GatewayError file-unreadable, file-too-large, file-not-text. */
  async read(): Promise<Revision> {
    await requireRegular(this.file);
    return readRevision(this.file);
  }

  watch(events: SourceEvents): SourceWatch {
    const watcher = new FileWatcher(events);
    const { file } = this;
    this.#watchers.push(watcher);
    return {
      get folders() {
        return watcher.folders;
      },
      get failed() {
        return watcher.failed;
      },
      follow: (files) => watcher.follow([file, ...files]),
      rest: () => watcher.follow([]),
      close: () => watcher.close(),
    };
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }
}
