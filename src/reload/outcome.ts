/**
 * Owns ReloadOutcome: what came of an attempt to serve a configuration, for the log, the status and the exit code alike.
 */
import type { Issue } from '../document/issue.js';
import { reviewRoutes } from '../engine/native.js';
import { messageOf } from '../gateway-error.js';
import type { Accepted } from './candidate.js';
import { findingsOf } from './findings.js';
import { type PlacedIssue, placeIssues } from './placed-issues.js';
import { Refusal } from './refusal.js';

export type Trigger = 'start' | 'signal' | 'command' | 'change';

export interface ReloadOutcome {
  /** Whether the configuration file serves, as it was then. */
  readonly ok: boolean;
  readonly trigger: Trigger;
  /** Unix milliseconds. */
  readonly time: number;
  /** The generation that serves since, old or new. */
  readonly generation: number;
  /** What is different now, in words; nothing when it failed. */
  readonly changes: readonly string[];
  /** Why it failed, in one line; '' when it did not. */
  readonly reason: string;
  /** Errors; with ok only warnings. */
  readonly issues: readonly PlacedIssue[];
}

/** issuesOf places the issues of a refusal; what else was thrown has none. */
export function issuesOf(thrown: unknown): readonly PlacedIssue[] {
  return thrown instanceof Refusal ? placeIssues(thrown) : [];
}

/** Serves is what there is to tell of an attempt that serves; `warnings` are those of the native core. */
export interface Serves {
  readonly changes: readonly string[];
  readonly compiled: Accepted;
  readonly warnings: readonly Issue[];
}

/** succeeded makes the outcome of an attempt that serves. */
export function succeeded(
  trigger: Trigger,
  generation: number,
  { changes, compiled, warnings }: Serves,
): ReloadOutcome {
  const { file, source } = compiled;
  const found = findingsOf(compiled, warnings, reviewRoutes);
  const issues = placeIssues({ file, source, issues: found });
  const time = Date.now();
  return Object.freeze({ ok: true, trigger, time, generation, changes, reason: '', issues });
}

/** failed makes the outcome of an attempt that changed nothing. */
export function failed(trigger: Trigger, generation: number, thrown: unknown): ReloadOutcome {
  const [reason, issues] = [messageOf(thrown), issuesOf(thrown)];
  const time = Date.now();
  return Object.freeze({ ok: false, trigger, time, generation, changes: [], reason, issues });
}
