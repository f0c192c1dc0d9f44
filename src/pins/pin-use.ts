/**
 * Owns the words for how pins are used: which were never used, which retire, which are out of their time. Pure.
 */
import type { PinUse } from '../engine/native.js';
import { quote } from '../parsed.js';
import { momentText } from '../timestamp.js';
import { PIN_WORDS } from './pin.js';

export interface PinNotice {
  readonly code: 'pin-never-used' | 'pin-expired' | 'pin-retiring' | 'client-without-pin';
  readonly client: string;
  readonly text: string;
}

const nameOf = ({ kind, value, label }: PinUse): string => {
  const name = label === '' ? `${PIN_WORDS[kind]} ${value.slice(0, 16)}…` : quote(label);
  return `the pin ${name}`;
};

const outlasts = (a: PinUse, b: PinUse): boolean =>
  b.expires !== null && (a.expires === null || a.expires > b.expires);

// Moment is a time above what is known to have passed: where the clock is below that, it cannot say what has not begun.
interface Moment {
  readonly now: number;
  readonly floor: number;
}

const hasEnded = ({ expires }: PinUse, { now, floor }: Moment): boolean =>
  expires !== null && expires <= Math.max(now, floor);

const hasBegun = ({ notBefore }: PinUse, { now, floor }: Moment): boolean =>
  notBefore === null || now < floor || notBefore <= now;

const counts = (pin: PinUse, moment: Moment): boolean =>
  hasBegun(pin, moment) && !hasEnded(pin, moment);

function noticeOf(pin: PinUse, siblings: readonly PinUse[], moment: Moment): PinNotice | undefined {
  const { client, expires, lastUsed } = pin;
  const notice = (code: PinNotice['code'], words: string): PinNotice =>
    Object.freeze({ code, client, text: `client ${quote(client)}: ${nameOf(pin)} ${words}` });
  if (expires !== null && hasEnded(pin, moment)) {
    return notice('pin-expired', `expired at ${momentText(expires)}: remove it`);
  }
  if (!counts(pin, moment)) return undefined;
  const newer = siblings.filter((other) => outlasts(other, pin));
  if (expires !== null && lastUsed !== null && newer.length > 0) {
    const unused = newer.every((other) => other.lastUsed === null);
    const words = `is still used (${momentText(lastUsed)}) and expires at ${momentText(expires)}`;
    return unused ? notice('pin-retiring', `${words}; no newer pin has been used yet`) : undefined;
  }
  if (lastUsed !== null) return undefined;
  return notice('pin-never-used', 'has not been used since the start');
}

function withoutPin(client: string, pins: readonly PinUse[], moment: Moment): PinNotice[] {
  if (pins.some((pin) => counts(pin, moment))) return [];
  const next = pins.flatMap(({ notBefore }) =>
    notBefore !== null && notBefore > moment.now ? [notBefore] : [],
  );
  const until = next.length === 0 ? '' : ` before ${momentText(Math.min(...next))}`;
  const text = `client ${quote(client)}: none of its pins is in force${until}: nobody can be this client`;
  return [Object.freeze({ code: 'client-without-pin', client, text })];
}

/** pinNotices returns what there is to say of the pins at `now`, client by client; below `floor` a clock is wrong. */
export function pinNotices(uses: readonly PinUse[], now: number, floor = 0): readonly PinNotice[] {
  const moment = { now, floor };
  const clients = new Map<string, PinUse[]>();
  for (const use of uses) {
    const pins = clients.get(use.client) ?? [];
    pins.push(use);
    clients.set(use.client, pins);
  }
  const notices = [...clients].flatMap(([client, pins]) => [
    ...pins.map((pin) => noticeOf(pin, pins, moment)).filter((notice) => notice !== undefined),
    ...withoutPin(client, pins, moment),
  ]);
  return Object.freeze(notices);
}
