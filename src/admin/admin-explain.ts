/**
 * Owns the verb "explain": why a client was refused, by the id that it was told, from the refusals that the gateway
 * remembers.
 */

import { explanationText } from '../explain/explanation-text.js';
import type { AdminVerb } from './admin-verb.js';

/** ExplainAnswer is what the verb answers: the explanation as `pinlatch explain` prints it. */
export interface ExplainAnswer {
  readonly id: string;
  readonly text: string;
}

/** explainVerb takes ?id=; it answers 404 when no refusal with the id is remembered. */
export const explainVerb: AdminVerb = {
  method: 'GET',
  answer: async (gateway, { query }) => {
    const id = query.get('id') ?? '';
    if (id === '') return { status: 400, body: { error: 'which refusal? ?id=ID' } };
    const explained = gateway.explainById(id);
    if (explained === undefined) {
      const error = `no refusal with the id or address ${id} is remembered (any more)`;
      return { status: 404, body: { error } };
    }
    const body: ExplainAnswer = { id, text: explanationText(explained.headline, explained.why) };
    return { status: 200, body };
  },
};
