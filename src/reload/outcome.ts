/**
 * Owns ReloadOutcome: what came of an attempt to serve a configuration, for the log, the status and the exit code alike.
 */
import type { PlacedIssue } from './placed-issues.js';

export type Trigger = 'start' | 'signal' | 'command' | 'change' | 'clock';

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
