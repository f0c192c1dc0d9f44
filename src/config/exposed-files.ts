/**
 * Owns the warnings about files that decide who gets in and that others may write: the configuration and what it names, and each file
 * in a folder of revocation lists.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, issue } from '../document/issue.js';
import { problem } from '../parsed.js';
import type { FileAt } from './config.js';
import { type Exposure, exposureOf } from './writers.js';

/** ExposedFile is what others may write, and where it was named first. */
export interface ExposedFile extends FileAt {
  readonly exposure: Exposure;
}

// Of what is no folder, or cannot be read, it returns nothing: that is said elsewhere.
async function filesIn(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).map((name) => join(path, name));
}

async function exposureWithin(path: string): Promise<Exposure | undefined> {
  const own = await exposureOf(path);
  if (own !== undefined) return own;
  for (const file of await filesIn(path)) {
    const found = await exposureOf(file);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** exposedFiles looks at each file once. What one mode or list exposes (a folder of many files) is said once. */
export async function exposedFiles(files: readonly FileAt[]): Promise<readonly ExposedFile[]> {
  const [seen, said] = [new Set<string>(), new Set<string>()];
  const exposed: ExposedFile[] = [];
  for (const { path, at } of files) {
    if (seen.has(path)) continue;
    seen.add(path);
    const exposure = await exposureWithin(path);
    if (exposure === undefined || said.has(exposure.found)) continue;
    said.add(exposure.found);
    exposed.push(Object.freeze({ path, at, exposure }));
  }
  return Object.freeze(exposed);
}

/** exposureIssue is the warning. */
export function exposureIssue({ at, exposure: { found, fix } }: ExposedFile): Issue {
  const expected =
    'a file that only the gateway’s user and root may change: it decides who gets in';
  return issue('writable-by-others', at, problem(found, expected, fix), { severity: 'warning' });
}
