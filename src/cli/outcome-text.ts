/**
 * Owns the outcome of a reload as people read it.
 */

import { visible } from '../parsed.js';
import type { ReloadOutcome } from '../reload/outcome.js';
import type { PlacedIssue } from '../reload/placed-issues.js';

function issueText({ level, file, line, column, at, found, expected, fix }: PlacedIssue): string {
  const warning = level === 'warning' ? '  (warning)' : '';
  const lines = [
    `${file}:${line}:${column}  ${at}${warning}`,
    `  found     ${found}`,
    `  expected  ${expected}`,
    ...(fix === undefined ? [] : [`  fix       ${fix}`]),
  ];
  return lines.map((text) => `${visible(text)}\n`).join('');
}

/** issuesText writes issues as pinlatch check does. */
export function issuesText(issues: readonly PlacedIssue[]): string {
  return issues.map(issueText).join('');
}

/** outcomeText writes an outcome, ended by a line feed. */
export function outcomeText({ ok, generation, changes, reason, issues }: ReloadOutcome): string {
  if (!ok) {
    const why = issues.length === 0 ? `${visible(reason)}\n` : issuesText(issues);
    return `${why}not reloaded: generation ${generation} still serves\n`;
  }
  const words = changes.length === 0 ? ['nothing changed'] : changes;
  const lines = words.map((change) => `  ${visible(change)}\n`).join('');
  return `${issuesText(issues)}reloaded: generation ${generation} serves\n${lines}`;
}
