/**
 * Owns which settings a process takes at its start and keeps to its end: a reload accepts others, and they count from the next
 * start on. Pure. The schema says so of each (test/unit/snapshot/start-settings.test.ts).
 */
import type { OperationConfig } from '../config/config.js';
import type { Snapshot } from './snapshot.js';

/** StartSettings are their values as JSON, by the keys of the configuration; "unset" where there is none. */
export type StartSettings = Readonly<Record<string, string>>;

/** HasSettings is a configuration, as far as these settings go. */
export interface HasSettings {
  readonly snapshot: Pick<Snapshot, 'workers' | 'cryptoProvider'>;
  readonly operation: Pick<OperationConfig, 'adminSocket'>;
}

const PROVIDER = 'crypto.provider';
const AUTO = JSON.stringify('auto');

/** startSettings are those of a configuration. */
export function startSettings({ snapshot, operation }: HasSettings): StartSettings {
  const { adminSocket } = operation;
  return Object.freeze({
    workers: String(snapshot.workers),
    [PROVIDER]: JSON.stringify(snapshot.cryptoProvider),
    'admin.socket': adminSocket === null ? 'unset' : JSON.stringify(adminSocket),
  });
}

/** Waiting is a setting that a process has not, though its configuration says so. */
export interface Waiting {
  readonly key: string;
  /** With what the process was started. */
  readonly started: string;
  readonly configured: string;
}

/** waitingFor lists what counts from the next start on, in the process that was started with `started`. */
export function waitingFor(started: StartSettings, configured: StartSettings): readonly Waiting[] {
  return Object.entries(configured).flatMap(([key, value]) => {
    const was = started[key] ?? value;
    return was === value ? [] : [{ key, started: was, configured: value }];
  });
}

/** whenItCounts says from when on a setting counts that is now `configured`; '' for one that a reload puts in force. */
export function whenItCounts(
  key: string,
  started: StartSettings,
  configured: StartSettings,
): string {
  const value = configured[key];
  if (value === undefined) return '';
  if (value === started[key]) return ', as at the start of the process';
  const refused = key === PROVIDER && value !== AUTO;
  return refused
    ? ' at the next start; a gateway that uses the other library refuses to reload until then'
    : ' at the next start';
}
