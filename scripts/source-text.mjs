// Owns what the checks of the sources share: which files there are, and their text without comments.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** stripComments blanks comments out, keeping line numbers; strings stay. */
export function stripComments(text) {
  const tokens =
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(tokens, (match, string) => string ?? match.replace(/[^\n]/g, ' '));
}

/** listFiles lists the files in and below `dir` whose names end as one of `extensions` says, in order; none where there is no `dir`. */
export function listFiles(dir, extensions) {
  let entries;
  try {
    entries = readdirSync(dir, { withFileTypes: true, recursive: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile() && extensions.some((end) => entry.name.endsWith(end)))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
