/**
 * Owns the I/O behind a revision: it is parsed, and the files that it names are looked at.
 */
import type { ExposedFile } from '../config/exposed-files.js';
import { loadMaterial, type Material, namedFiles } from '../config/material.js';
import { type ParseOutcome, parseConfig } from '../config/parse.js';
import type { Revision } from './config-source.js';

/** LoadedConfig is a configuration as it was at one moment. */
export interface LoadedConfig {
  /** As ConfigSource.file. */
  readonly file: string;
  readonly parsed: ParseOutcome;
  readonly material: Material;
  /** What others could change, the configuration file included. */
  readonly exposed: readonly ExposedFile[];
}

/** load looks at what a revision names; `file` is its source's. */
export async function load(file: string, revision: Revision): Promise<LoadedConfig> {
  const parsed = parseConfig(revision.text, file);
  const material = await loadMaterial(parsed.ok ? parsed.config : parsed.sound, revision.locate);
  const exposed = await revision.exposed(parsed.ok ? namedFiles(parsed.config) : []);
  return Object.freeze({ file, parsed, material, exposed });
}
