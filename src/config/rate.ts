/**
 * Owns the written form of rates: "20/s", "100/m", "1000/h".
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import { boundsOf, type SchemaPart } from './schema-part.js';

/** Rate is `count` events in `periodMs` milliseconds, evenly. */
export interface Rate {
  readonly count: number;
  readonly periodMs: number;
}

const EXPECTED = 'a rate such as "20/s", "100/m" or "1000/h"';
const PERIODS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** parseRate reads a rate, whatever its count. */
export function parseRate(text: string): Parsed<Rate> {
  const [, digits = '', unit = ''] = /^(\d{1,7})\/([smh])$/.exec(text) ?? [];
  const count = Number(digits);
  const periodMs = PERIODS[unit];
  if (periodMs === undefined) {
    const plain = /^\s*(\d{1,7})\s*$/.exec(text)?.[1];
    return bad(quote(text), EXPECTED, plain && `write ${literal(`${plain}/s`)}`);
  }
  return good(Object.freeze({ count, periodMs }));
}

/** checkRate judges a rate by the bounds that the schema gives its count. */
export function checkRate(text: string, schema: SchemaPart): Parsed<Rate> {
  const rate = parseRate(text);
  const { least, most } = boundsOf(schema);
  if (!rate.ok || (rate.value.count >= least && rate.value.count <= most)) return rate;
  return bad(quote(text), `${EXPECTED}, from ${least} to ${most}`);
}
