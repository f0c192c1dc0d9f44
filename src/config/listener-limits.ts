/**
 * Owns the limits and timeouts of a listener: the rule for those that have to do with each other, and the reading of all. A
 * key that the schema gives them goes from here to the snapshot by itself.
 */
import { bad, good, type Parsed } from '../parsed.js';
import { complete } from './complete.js';
import type { RawListenerLimits, RawListenerTimeouts } from './generated-shape.js';
import { memberOf } from './members.js';

/**
 * Limits bear the names of the configuration. A rate is two numbers, the second the period; of what an address may do at once
 * 0 is no bound.
 */
export type Limits = Readonly<Record<keyof RawListenerLimits | 'handshakePeriodMs', number>>;

/** InMs is an object of durations by the names that the snapshot gives them. */
export type InMs<T> = { readonly [Key in keyof T & string as `${Key}Ms`]: number };

export type Timeouts = InMs<RawListenerTimeouts>;

/** inMs gives durations the names that the snapshot gives them. */
export function inMs<T extends object>(durations: T): InMs<T> {
  const members = Object.entries(durations).map(([key, ms]) => [`${key}Ms`, ms]);
  return Object.fromEntries(members) as InMs<T>;
}

const NO_RATE = { count: 0, periodMs: 1000 };

/** readLimits reads what passed the schema. */
export function readLimits(raw: RawListenerLimits): Limits {
  const { connectionsPerAddress = 0, handshakesPerAddress: rate = NO_RATE, ...others } = raw;
  const { handshakeBurst = rate.count, ...alike } = others;
  return Object.freeze({
    ...alike,
    connectionsPerAddress,
    handshakesPerAddress: rate.count,
    handshakePeriodMs: rate.periodMs,
    handshakeBurst: rate.count === 0 ? 0 : handshakeBurst,
  });
}

/** ListenerNumbers are all that a listener has of these. */
export interface ListenerNumbers {
  readonly limits: Limits;
  readonly timeouts: Timeouts;
}

/** usualNumbers are those of a listener that says nothing of them. */
export function usualNumbers(): ListenerNumbers {
  const listener = complete({ listeners: { usual: {} } }).listeners?.usual;
  if (listener === undefined) throw new TypeError('a listener went missing');
  return { limits: readLimits(listener.limits), timeouts: inMs(listener.timeouts) };
}

/** checkListenerLimits refuses a burst of what is not limited. */
export function checkListenerLimits(limits: unknown): Parsed<unknown> {
  const [burst, rate] = [
    memberOf(limits, 'handshakeBurst'),
    memberOf(limits, 'handshakesPerAddress'),
  ];
  if (burst === undefined || rate !== undefined) return good(undefined);
  return bad(
    '"handshakeBurst" without "handshakesPerAddress"',
    '"handshakesPerAddress" beside it: without a rate there is nothing to exceed',
    'add "handshakesPerAddress", such as "20/s", or remove "handshakeBurst"',
  );
}
