/**
 * Owns the table of views: a new one is a line here and one in admin-verbs.ts. They have a gateway to look at and no other.
 */
import { type Answering, answering } from './admin-answering.js';
import { explained } from './admin-explain.js';
import { listNumbersOf } from './admin-list-numbers.js';
import { answered } from './admin-protocol.js';
import { recentClientsOf } from './admin-recent-clients.js';
import { statusOf } from './admin-status.js';
import { EXPLAIN, LIST_NUMBERS, RECENT_CLIENTS, STATUS } from './admin-verbs.js';
import type { GatewayView } from './gateway-view.js';

/** viewsOf binds all views to a gateway. */
export function viewsOf(gateway: GatewayView): readonly Answering<'GET'>[] {
  return [
    answering(STATUS, () => answered(statusOf(gateway))),
    answering(EXPLAIN, ({ id }) => explained(gateway, id)),
    answering(RECENT_CLIENTS, () => answered(recentClientsOf(gateway))),
    answering(LIST_NUMBERS, () => answered(listNumbersOf(gateway.readRememberedLists()))),
  ];
}
