/**
 * Owns the written form of rates: "20/s", "100/m", "1000/h".
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';

/** Rate is `count` events in `periodMs` milliseconds, evenly. */
export interface Rate {
  readonly count: number;
  readonly periodMs: number;
}

const EXPECTED = 'a rate such as "20/s", "100/m" or "1000/h"';
const PERIODS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const MOST = 1_000_000;

/** parseRate reads a rate of 1 to a million. */
export function parseRate(text: string): Parsed<Rate> {
  const [, digits = '', unit = ''] = /^(\d{1,7})\/([smh])$/.exec(text) ?? [];
  const count = Number(digits);
  const periodMs = PERIODS[unit];
  if (periodMs === undefined) {
    const plain = /^\s*(\d{1,7})\s*$/.exec(text)?.[1];
    return bad(quote(text), EXPECTED, plain && `write ${literal(`${plain}/s`)}`);
  }
  if (count < 1 || count > MOST) return bad(quote(text), `${EXPECTED}, from 1 to ${MOST}`);
  return good(Object.freeze({ count, periodMs }));
}
