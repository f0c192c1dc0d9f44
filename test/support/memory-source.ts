/**
 * Owns a source of configurations that has everything in memory, as one has it that gets an archive over the network: a text with
 * a version, and the certificates that go with it. It unpacks them for whoever reads.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GatewayError } from '../../src/gateway-error.js';
import type {
  ConfigSource,
  Revision,
  SourceEvents,
  SourceWatch,
} from '../../src/sources/config-source.js';

/** Archive is a version; `files` by their names in it. Without a text there is nothing to be had. */
export interface Archive {
  readonly version: string;
  readonly text?: string;
  readonly files: Readonly<Record<string, string>>;
}

export class MemorySource implements ConfigSource {
  /** No such file is anywhere. */
  readonly file = '/nowhere/archive/gateway.json';
  /** What it was last told to follow; undefined while it rests. */
  followed: readonly string[] | undefined;
  isClosed = false;
  reads = 0;
  readonly #folder: string;
  #archive: Archive;
  #events: SourceEvents | undefined;

  /** Archives are unpacked in `folder`. */
  constructor(folder: string, archive: Archive) {
    this.#folder = folder;
    this.#archive = archive;
  }

  /** publish has another archive, and tells of it unless it rests. */
  publish(archive: Archive): void {
    this.#archive = archive;
    if (this.followed !== undefined) this.#events?.onChange();
  }

  async read(): Promise<Revision> {
    this.#discard();
    const { version, text, files } = this.#archive;
    if (text === undefined) throw new GatewayError('file-unreadable', 'the archive is damaged');
    const unpacked = join(this.#folder, String(++this.reads));
    mkdirSync(unpacked);
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(unpacked, name), content);
    const own = `${dirname(this.file)}/`;
    return {
      text,
      version,
      locate: ({ path }) => (path.startsWith(own) ? join(unpacked, path.slice(own.length)) : path),
      exposed: async () => [],
    };
  }

  watch(events: SourceEvents): SourceWatch {
    this.#events = events;
    return {
      ...{ folders: 0, failed: [] },
      follow: async (files) => {
        this.followed = files;
      },
      rest: async () => {
        this.followed = undefined;
      },
      close: () => {
        this.#events = undefined;
      },
    };
  }

  close(): void {
    this.isClosed = true;
    this.#discard();
  }

  #discard(): void {
    rmSync(join(this.#folder, String(this.reads)), { recursive: true, force: true });
  }
}
