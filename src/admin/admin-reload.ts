/**
 * Owns the verb "reload": it is answered when the outcome is known.
 */
import type { AdminVerb } from './admin-verb.js';

/** reloadVerb answers with a ReloadOutcome; 422 when nothing changed because the configuration is wrong. */
export const reloadVerb: AdminVerb = {
  method: 'POST',
  answer: async (gateway) => {
    const outcome = await gateway.reload('command');
    return { status: outcome.ok ? 200 : 422, body: outcome };
  },
};
