/**
 * Owns the text of the snapshot: JSON that a person can read, the same bytes for the same snapshot.
 */
import type { Snapshot } from './snapshot.js';

/** encode writes a snapshot as the document that native/snapshot/decoder.h takes, ended by a line feed. */
export function encode(snapshot: Snapshot): string {
  return `${JSON.stringify(snapshot, null, 2)}\n`;
}
