/**
 * Owns the rule for the limits of a listener that have to do with each other.
 */
import { bad, good, type Parsed } from '../parsed.js';
import { memberOf } from './members.js';

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
