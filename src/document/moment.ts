/**
 * Owns the written form of a moment: ISO 8601 with seconds and an offset, as Unix seconds.
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import { momentText } from '../timestamp.js';

/** MOMENT_EXPECTED says what a moment looks like, for error reports. */
export const MOMENT_EXPECTED =
  'a time such as "2027-01-01T00:00:00Z" or "2027-01-01T01:00:00+01:00"';

const WHOLE = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:Z|([+-])(\d{2}):(\d{2}))$/;
const MOST = 253_402_300_799;

/** parseMoment reads a moment as Unix seconds. What leaves out its offset could mean two moments, and is refused. */
export function parseMoment(text: string): Parsed<number> {
  const parts = WHOLE.exec(text);
  if (parts === null) return bad(quote(text), MOMENT_EXPECTED, guess(text));
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const local = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second) / 1000;
  // A day or an hour that there is not comes back as another one.
  if (!momentText(local).startsWith(text.slice(0, 19))) {
    return bad(`${quote(text)}: no such time`, MOMENT_EXPECTED);
  }
  const [, sign, hours = '0', minutes = '0'] = parts.slice(6);
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60);
  const moment = local - offset;
  if (Number(hours) > 23 || Number(minutes) > 59 || moment < 0 || moment > MOST) {
    return bad(quote(text), `${MOMENT_EXPECTED}, from 1970 to 9999`);
  }
  return good(moment);
}

function guess(text: string): string | undefined {
  const day = /^\d{4}-\d{2}-\d{2}$/.exec(text)?.[0];
  if (day !== undefined) return `write ${literal(`${day}T00:00:00Z`)}`;
  const bare = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?$/.exec(text);
  if (bare !== null) return `write ${literal(`${bare[1]}T${bare[2]}${bare[3] ?? ':00'}Z`)}`;
  return undefined;
}
