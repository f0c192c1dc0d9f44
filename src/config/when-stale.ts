/**
 * Owns the rule for revocation lists whose next update is due: how late they may be.
 */
import { bad, good, type Parsed, quote } from '../parsed.js';
import { parseDuration } from './quantities.js';
import { boundsOf, type SchemaPart } from './schema-part.js';

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
  return good({ whenStale: 'grace', graceSeconds: grace.value / 1000 });
}

/** checkWhenStale judges the length of a grace too, by the bounds that the schema gives it. */
export function checkWhenStale(text: string, schema: SchemaPart): Parsed<WhenStale> {
  const parsed = parseWhenStale(text);
  if (!parsed.ok || parsed.value.whenStale !== 'grace') return parsed;
  const { least, most } = boundsOf(schema);
  const { graceSeconds } = parsed.value;
  const isWithin = graceSeconds * 1000 >= least && graceSeconds * 1000 <= most;
  if (Number.isInteger(graceSeconds) && isWithin) return parsed;
  const years = Math.floor(most / (365 * 24 * 3600 * 1000));
  return bad(quote(text), `a grace of whole seconds, from ${least / 1000}s to ${years} years`);
}
