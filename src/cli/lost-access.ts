/**
 * Owns the part of `pinlatch diff` about clients: whom the running gateway has seen, and what they would lose.
 */

import { askVerb } from '../admin/admin-asking.js';
import { RECENT_CLIENTS, type SentClient } from '../admin/admin-verbs.js';
import { EngineError } from '../engine/engine-error.js';
import { judgeNativelyAt, type LostAccess, lostAccess, type Side } from '../explain/access.js';
import { GatewayError } from '../gateway-error.js';
import { visible } from '../parsed.js';
import { momentText } from '../timestamp.js';

/** LostReport is what there is to say; `note` says why it may be nothing. */
export interface LostReport {
  readonly lines: readonly string[];
  readonly note: string;
}

function lineOf({ client, routes, refusal }: LostAccess): string {
  const { subject, sha256, listener, lastSeen } = client;
  const seen = momentText(lastSeen);
  const why = refusal === '' ? '' : ` (${refusal})`;
  return `${subject} (sha256 ${sha256}, seen ${seen} on ${listener}) loses ${routes.join(', ')}${why}`;
}

async function recentClients(socket: string): Promise<readonly SentClient[] | string> {
  try {
    return (await askVerb(socket, RECENT_CLIENTS, {})).clients;
  } catch (error) {
    if (error instanceof GatewayError) return error.message;
    throw error;
  }
}

/** lostReport asks the gateway at `socket`, and judges whom it has seen. */
export async function lostReport(
  sides: readonly [Side, Side],
  socket: string,
): Promise<LostReport> {
  const told = await recentClients(socket);
  const unlooked = (why: string): LostReport => ({
    lines: [],
    note: `the clients that would lose access are not known: ${why}`,
  });
  if (typeof told === 'string') return unlooked(told);
  const seen = told.map(({ chain, ...client }) => ({
    ...client,
    chain: chain.map((der) => Buffer.from(der, 'base64')),
  }));
  try {
    const judge = judgeNativelyAt(Math.floor(Date.now() / 1000));
    const lost = lostAccess(sides, seen, judge);
    const note = `${seen.length} recently seen clients, of which ${lost.length} would lose access`;
    return { lines: lost.map((one) => visible(lineOf(one))), note };
  } catch (error) {
    if (error instanceof EngineError) return unlooked(error.message);
    throw error;
  }
}
