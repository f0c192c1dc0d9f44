/**
 * Owns ReloadOutcome: what came of an attempt to serve a configuration, for the log, the status and the exit code alike.
 */
import type { PlacedIssue } from './placed-issues.js';

/** Earlier is a reload that nobody asked for. */
export interface Earlier {
  /** Unix milliseconds. */
  readonly time: number;
  readonly generation: number;
  readonly changes: readonly string[];
}

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
  /** Where nothing is different: what the gateway had already loaded by itself, because its files changed. */
  readonly earlier?: Earlier | undefined;
  /** Why it failed, in one line; '' when it did not. */
  readonly reason: string;
  /** Errors; with ok only warnings. */
  readonly issues: readonly PlacedIssue[];
}
