/**
 * Owns the verb "recent-clients": who was seen lately, with the chains that they presented.
 */
import type { AdminVerb } from './admin-verb.js';

/** RecentClientsAnswer is what the verb answers; `chain` is base64 DER, the leaf first. */
export interface RecentClientsAnswer {
  readonly clients: readonly {
    readonly listener: string;
    readonly subject: string;
    readonly sha256: string;
    /** Unix seconds. */
    readonly lastSeen: number;
    readonly chain: readonly string[];
  }[];
}

/** recentClientsVerb answers 501 when the native core remembers nobody. */
export const recentClientsVerb: AdminVerb = {
  method: 'GET',
  answer: async (gateway) => {
    const seen = gateway.readRecentClients();
    if (seen === undefined) {
      return { status: 501, body: { error: 'this build does not remember clients' } };
    }
    const clients = seen.map(({ listener, lastSeen, identity, chain }) => ({
      listener,
      subject: identity.subject,
      sha256: identity.sha256,
      lastSeen,
      chain: chain.map((der) => Buffer.from(der).toString('base64')),
    }));
    const body: RecentClientsAnswer = { clients };
    return { status: 200, body };
  },
};
