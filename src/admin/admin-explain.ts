/**
 * Owns the answer of the view "explain": why a client was refused, by the id that it was told, from the refusals that the gateway
 * remembers.
 */

import { answered, type Reply, refused } from './admin-protocol.js';
import type { ExplainAnswer } from './admin-verbs.js';
import type { GatewayView } from './gateway-view.js';

/** explained replies with 404 when no refusal with the id is remembered. */
export async function explained(gateway: GatewayView, id: string): Promise<Reply<ExplainAnswer>> {
  const found = await gateway.explainById(id);
  if (found === undefined) {
    return refused(404, `the gateway remembers no refusal with the id or address ${id}`);
  }
  const { explanationText } = await import('../explain/explanation-text.js');
  return answered({ id, text: explanationText(found.headline, found.why) });
}
