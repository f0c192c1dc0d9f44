/**
 * Owns the answer of the view "recent-clients": who was seen lately, with the chains that they presented.
 */
import type { RecentClientsAnswer } from './admin-verbs.js';
import type { GatewayView } from './gateway-view.js';

/** recentClientsOf tells whom a gateway has seen. */
export function recentClientsOf(gateway: GatewayView): RecentClientsAnswer {
  const clients = gateway.readRecentClients().map(({ identity, chain, ...seen }) => ({
    listener: seen.listener,
    serverName: seen.serverName,
    subject: identity.subject,
    sha256: identity.sha256,
    lastSeen: seen.lastSeen,
    chain: chain.map((der) => Buffer.from(der).toString('base64')),
  }));
  return { clients };
}
