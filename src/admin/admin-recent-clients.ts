/**
 * Owns the verb "recent-clients": who was seen lately, with the chains that they presented.
 */
import type { AdminVerb } from './admin-verb.js';

/** RecentClientsAnswer is what the verb answers; `chain` is base64 DER, the leaf first. */
export interface RecentClientsAnswer {
  readonly clients: readonly {
    readonly listener: string;
    readonly serverName: string;
    readonly subject: string;
    readonly sha256: string;
    /** Unix seconds. */
    readonly lastSeen: number;
    readonly chain: readonly string[];
  }[];
}

export const recentClientsVerb: AdminVerb = {
  method: 'GET',
  answer: async (gateway) => {
    const clients = gateway.readRecentClients().map(({ identity, chain, ...seen }) => ({
      listener: seen.listener,
      serverName: seen.serverName,
      subject: identity.subject,
      sha256: identity.sha256,
      lastSeen: seen.lastSeen,
      chain: chain.map((der) => Buffer.from(der).toString('base64')),
    }));
    const body: RecentClientsAnswer = { clients };
    return { status: 200, body };
  },
};
