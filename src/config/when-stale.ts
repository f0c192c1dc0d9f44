/**
 * Owns the rule for revocation lists whose next update is due: how late they may be.
 */
import { bad, good, type Parsed, quote } from '../parsed.js';
import { parseDuration } from './quantities.js';

const MOST_GRACE_SECONDS = 10 * 365 * 24 * 3600;

export interface WhenStale {
  readonly whenStale: 'reject' | 'accept' | 'grace';
  readonly graceSeconds: number;
}

/** parseWhenStale reads "reject", "accept" or "grace:<duration>". */
export function parseWhenStale(text: string): Parsed<WhenStale> {
  if (text === 'reject' || text === 'accept') return good({ whenStale: text, graceSeconds: 0 });
  const written = /^grace:(.*)$/s.exec(text)?.[1];
  const expected = '"reject", "accept" or "grace:<duration>", such as "grace:36h"';
  if (written === undefined) return bad(quote(text), expected);
  const grace = parseDuration(written);
  if (!grace.ok) return bad(quote(text), expected);
  const graceSeconds = grace.value / 1000;
  const usable = Number.isInteger(graceSeconds) && graceSeconds >= 1;
  if (!usable || graceSeconds > MOST_GRACE_SECONDS) {
    return bad(quote(text), 'a grace of whole seconds, from 1s to ten years');
  }
  return good({ whenStale: 'grace', graceSeconds });
}
