/**
 * Owns the times of session tickets: what JSON Schema cannot say of them, and their reading.
 */
import { bad, good, type Parsed, quote } from '../parsed.js';
import type { Tickets } from './config.js';
import { MOST_MS, type RawTickets } from './generated-shape.js';
import { memberOf } from './members.js';
import { parseDuration } from './quantities.js';
import { boundsOf, propertyOf, type SchemaPart } from './schema-part.js';

function secondsOf(key: string, text: string, most: number): Parsed<number> {
  const parsed = parseDuration(text);
  if (!parsed.ok) return parsed;
  const seconds = parsed.value / 1000;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= most) return good(seconds);
  const days = Math.floor(most / (24 * 3600));
  return bad(`${quote(key)}: ${quote(text)}`, `whole seconds, from 1s to ${days} days`);
}

// A member that is no duration is reported by its own rule.
function durationOf(value: unknown, key: keyof RawTickets): string | undefined {
  const text = memberOf(value, key);
  if (typeof text !== 'string') return undefined;
  const parsed = parseDuration(text);
  return parsed.ok && parsed.value > 0 && parsed.value <= MOST_MS ? text : undefined;
}

/** checkTickets judges "lifetime" and "rotate" together. RFC 8446 section 4.6.1 bounds the lifetime. */
export function checkTickets(value: unknown, schema: SchemaPart): Parsed<unknown> {
  const lifetime = propertyOf(schema, 'lifetime');
  const written = durationOf(value, 'lifetime') ?? String(lifetime.default);
  const rotate = durationOf(value, 'rotate') ?? written;
  const lives = secondsOf('lifetime', written, boundsOf(lifetime).most / 1000);
  if (!lives.ok) return lives;
  const seals = secondsOf('rotate', rotate, MOST_MS / 1000);
  if (!seals.ok || seals.value >= lives.value) return seals;
  return bad(
    `"rotate": ${quote(rotate)} beside a lifetime of ${quote(written)}`,
    'a "rotate" of at least the lifetime: only the previous key is kept',
    'shorten "lifetime", or leave out "rotate"',
  );
}

/** readTickets reads what passed the schema; "rotate" is as long as the lifetime unless it is given. */
export function readTickets({ lifetime, rotate = lifetime }: RawTickets): Tickets {
  return Object.freeze({ lifetimeSeconds: lifetime / 1000, rotateSeconds: rotate / 1000 });
}
