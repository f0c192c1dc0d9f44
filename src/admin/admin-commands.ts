/**
 * Owns the table of commands: a new one is a line here and one in admin-verbs.ts.
 */
import { type Answering, answering } from './admin-answering.js';
import { listNumbersOf } from './admin-list-numbers.js';
import { answered } from './admin-protocol.js';
import { DRAIN, FORGET_LIST, RELOAD } from './admin-verbs.js';
import type { GatewayControl } from './gateway-view.js';

/** commandsOf binds all commands to a gateway. */
export function commandsOf(gateway: GatewayControl): readonly Answering<'POST'>[] {
  return [
    answering(RELOAD, async () => {
      const outcome = await gateway.reload('command');
      return { status: outcome.ok ? 200 : 422, body: outcome };
    }),
    answering(DRAIN, async () => answered({ connectionsCut: await gateway.drained() })),
    answering(FORGET_LIST, async (series) =>
      answered(listNumbersOf(await gateway.forgetList(series))),
    ),
  ];
}
