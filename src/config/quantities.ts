/**
 * Owns the written forms of durations and sizes.
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';

/** DURATION_EXPECTED and SIZE_EXPECTED say what these look like, for error reports. */
export const DURATION_EXPECTED = 'a duration such as "500ms", "10s", "2m" or "1h"';
export const SIZE_EXPECTED = 'a size such as "16KiB" or "1MiB", or a number of bytes';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const UNITS_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** parseDuration reads a duration as milliseconds. */
export function parseDuration(text: string): Parsed<number> {
  const match = /^(\d{1,15})(ms|s|m|h|d)$/.exec(text);
  const unit = UNITS_MS[match?.[2] ?? ''];
  if (match === null || unit === undefined) return badDuration(text);
  return good(Number(match[1]) * unit);
}

function badDuration(text: string): Parsed<never> {
  const loose = /^\s*(\d+)\s*([a-zµ]*)\s*$/i.exec(text);
  const unit = (loose?.[2] ?? '').toLowerCase();
  const guess =
    unit === '' ? 's' : unit.startsWith('ms') || unit.startsWith('mil') ? 'ms' : unit[0];
  const known = guess !== undefined && guess in UNITS_MS && loose !== null;
  return bad(
    quote(text),
    DURATION_EXPECTED,
    known ? `write ${literal(`${loose[1]}${guess}`)}` : undefined,
  );
}

/** parseSize reads a size, text or a plain number, as bytes. */
export function parseSize(value: string | number): Parsed<number> {
  return typeof value === 'string' ? parseSizeText(value) : good(value);
}

function parseSizeText(text: string): Parsed<number> {
  const match = /^(\d{1,15})(|B|KiB|MiB|GiB|TiB)$/.exec(text);
  const unit = UNITS_BYTES[match?.[2] ?? '?'];
  if (match === null || unit === undefined) return badSize(text);
  return good(Number(match[1]) * unit);
}

function badSize(text: string): Parsed<never> {
  const loose = /^\s*(\d+)\s*([kmgt])i?b?\s*$/i.exec(text);
  const fix =
    loose === null
      ? undefined
      : `write ${literal(`${loose[1]}${(loose[2] ?? '').toUpperCase()}iB`)} (units of 1024)`;
  return bad(quote(text), SIZE_EXPECTED, fix);
}
