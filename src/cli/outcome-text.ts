/**
 * Owns the outcome of a reload as people read it.
 */

import { visible } from '../parsed.js';
import type { ReloadOutcome } from '../reload/outcome.js';
import type { PlacedIssue } from '../reload/placed-issues.js';
import type { Waiting } from '../snapshot/start-settings.js';

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

/** waitingText writes a setting that counts at the next start of a gateway that runs. */
export function waitingText({ key, configured, started }: Waiting): string {
  return `${key} ${configured} at the next start; the running gateway was started with ${started}`;
}

// Who writes a file and then asks for a reload comes after the watcher, and wants to know of that change.
function changesOf({ changes, earlier }: ReloadOutcome): readonly string[] {
  if (changes.length > 0) return changes;
  if (earlier === undefined) return ['nothing changed'];
  const when = new Date(earlier.time).toISOString();
  const since = `nothing changed since generation ${earlier.generation}, loaded at ${when} because the files had changed:`;
  return [since, ...earlier.changes.map((change) => `  ${change}`)];
}

/** outcomeText writes an outcome, ended by a line feed. */
export function outcomeText(outcome: ReloadOutcome): string {
  const { ok, generation, reason, issues } = outcome;
  if (!ok) {
    const why = issues.length === 0 ? `${visible(reason)}\n` : issuesText(issues);
    return `${why}not reloaded: generation ${generation} still serves\n`;
  }
  const lines = changesOf(outcome)
    .map((change) => `  ${visible(change)}\n`)
    .join('');
  return `${issuesText(issues)}reloaded: generation ${generation} serves\n${lines}`;
}
