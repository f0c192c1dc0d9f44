/**
 * Owns the shape of a reload's outcome, which a command answers and the status shows.
 */
import type { Earlier, ReloadOutcome } from '../reload/outcome.js';
import type { PlacedIssue } from '../reload/placed-issues.js';
import { listOf, number, oneOf, optional, record, text, truth } from '../value-shape.js';

const PLACED_ISSUE = record<PlacedIssue>({
  level: oneOf('error', 'warning'),
  code: text,
  file: text,
  line: number,
  column: number,
  at: text,
  found: text,
  expected: text,
  fix: optional(text),
});

const EARLIER = record<Earlier>({ time: number, generation: number, changes: listOf(text) });

export const OUTCOME = record<ReloadOutcome>({
  ok: truth,
  trigger: oneOf('start', 'signal', 'command', 'change', 'clock'),
  time: number,
  generation: number,
  changes: listOf(text),
  earlier: optional(EARLIER),
  reason: text,
  issues: listOf(PLACED_ISSUE),
});
