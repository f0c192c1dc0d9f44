/** Owns what tests of `pinlatch check` begin with: a folder with the usual files and others over them, and what check says of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Config,
  type Credentials,
  makeFolder,
  runPinlatch,
  usualConfig,
  writeCredentials,
} from './gateway.js';

export interface Checked {
  readonly code: number | null;
  /** All that was printed, errors last. */
  readonly told: string;
}

/** folderWith makes a folder with the usual credentials and configuration; `files` replace or join them, for their owner alone. */
export function folderWith(
  credentials: Credentials,
  files: Readonly<Record<string, string>> = {},
  config: Config = usualConfig(credentials),
): string {
  const folder = makeFolder();
  writeCredentials(folder, credentials);
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify(config));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  }
  return folder;
}

/** check runs it in a folder. */
export async function check(folder: string): Promise<Checked> {
  const { output, errors, exited } = runPinlatch(['check'], { cwd: folder });
  const { code } = await exited;
  return { code, told: [...output.text, ...errors.text].join('\n') };
}
