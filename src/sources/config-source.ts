/**
 * Owns what a source of configurations is: a file, or whatever else has a text and the files that go with it. Who serves a
 * configuration knows no more of where it comes from.
 */
import type { FileAt } from '../config/config.js';
import type { ExposedFile } from '../config/exposed-files.js';
import type { Locate } from '../config/material.js';

/** Revision is a configuration as its source had it at one moment. */
export interface Revision {
  readonly text: string;
  /** What the source calls it; '' where it has no name but its content. Another version is always looked at. */
  readonly version: string;
  /**
   * locate says where a certificate or revocation list is that the text names: elsewhere, where the source brings it along. It
   * stays there until the source is read again or closed.
   */
  readonly locate: Locate;
  /** exposed tells which files others may write: of those that the text names, and of those that are the source's own. */
  exposed(named: readonly FileAt[]): Promise<readonly ExposedFile[]>;
}

/** SourceEvents is what a watch tells. */
export interface SourceEvents {
  /** onChange: another revision may be there, or another content of a file; who reads finds out. */
  readonly onChange: () => void;
  /** onFailed: why changes in a place, such as a folder, will not be seen; once for each. */
  readonly onFailed: (place: string, reason: string) => void;
}

/** SourceWatch tells nothing before it is to follow. */
export interface SourceWatch {
  /** The folders that are watched, and the places that cannot be, though they should. */
  readonly folders: number;
  readonly failed: readonly string[];
  /** follow tells of changes from now on: of the source, and of the files at these absolute paths and no others. */
  follow(files: readonly string[]): Promise<void>;
  /** rest tells of no changes until it is to follow again. */
  rest(): Promise<void>;
  /** close tells of nothing any more. */
  close(): void;
}

/** ConfigSource belongs to who made it, and is closed there. */
export interface ConfigSource {
  /**
   * The absolute path of the configuration file, or where it would stand: relative paths start from its folder, and the log, the
   * status and the state folder call the configuration by it.
   */
  readonly file: string;
  /** read takes the configuration as it is now. Error: GatewayError, when there is none to be had. */
  read(): Promise<Revision>;
  /** watch prepares to tell of changes. */
  watch(events: SourceEvents): SourceWatch;
  /** close ends its watches, and gives up what was read. */
  close(): void;
}
