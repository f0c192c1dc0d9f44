/**
 * Owns the verb "drain": requests in flight finish, then the gateway ends. It is answered at the end.
 */
import type { AdminVerb } from './admin-verb.js';

/** DrainAnswer is what the verb answers. */
export interface DrainAnswer {
  readonly connectionsCut: number;
}

export const drainVerb: AdminVerb = {
  method: 'POST',
  answer: async (gateway) => {
    const body: DrainAnswer = { connectionsCut: await gateway.drained() };
    return { status: 200, body };
  },
};
