/**
 * Owns the times of session tickets: their bounds, which JSON Schema cannot express, and their defaults.
 */
import { bad, good, type Parsed, quote, validated } from '../parsed.js';
import type { Tickets } from './config.js';
import { memberOf } from './members.js';
import { MOST_MS, parseDuration } from './quantities.js';
import type { RawTickets } from './raw.js';

// RFC 8446 section 4.6.1.
const MOST_LIFETIME_SECONDS = 7 * 24 * 3600;
const DEFAULT_LIFETIME = '2h';

function secondsOf(key: string, text: string, most: number): Parsed<number> {
  const parsed = parseDuration(text);
  if (!parsed.ok) return parsed;
  const seconds = parsed.value / 1000;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= most) return good(seconds);
  const days = Math.floor(most / (24 * 3600));
  return bad(`${quote(key)}: ${quote(text)}`, `whole seconds, from 1s to ${days} days`);
}

/** parseTickets reads "lifetime" and "rotate", which is as long as the lifetime unless it is given. */
export function parseTickets({
  lifetime = DEFAULT_LIFETIME,
  rotate = lifetime,
}: RawTickets): Parsed<Tickets> {
  const lives = secondsOf('lifetime', lifetime, MOST_LIFETIME_SECONDS);
  if (!lives.ok) return lives;
  const seals = secondsOf('rotate', rotate, MOST_MS / 1000);
  if (!seals.ok) return seals;
  if (seals.value < lives.value) {
    return bad(
      `"rotate": ${quote(rotate)} beside a lifetime of ${quote(lifetime)}`,
      'keys that are used for at least as long as a ticket lives: only the one before the current is kept',
      'shorten "lifetime", or leave "rotate" out',
    );
  }
  return good(Object.freeze({ lifetimeSeconds: lives.value, rotateSeconds: seals.value }));
}

/** checkTickets is the rule of the schema; members that are no duration are reported by their own rule. */
export function checkTickets(value: unknown): Parsed<unknown> {
  const member = (key: keyof RawTickets): RawTickets => {
    const text = memberOf(value, key);
    const parsed = typeof text === 'string' ? parseDuration(text) : undefined;
    const isDuration = parsed?.ok === true && parsed.value > 0 && parsed.value <= MOST_MS;
    return isDuration ? { [key]: text } : {};
  };
  return parseTickets({ ...member('lifetime'), ...member('rotate') });
}

/** readTickets reads what passed the schema, or the defaults. */
export function readTickets(raw: RawTickets | undefined): Tickets {
  return validated(parseTickets(raw ?? {}));
}
