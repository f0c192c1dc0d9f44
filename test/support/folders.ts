/**
 * Owns removing the folders of tests when the process ends. One listener serves all: Node warns of more than ten.
 */
import { rmSync } from 'node:fs';

const folders = new Set<string>();
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** removeAtExit has a folder, and all that is in it then, removed when this process ends. */
export function removeAtExit(folder: string): void {
  folders.add(folder);
}
