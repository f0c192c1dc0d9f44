/**
 * Owns the answer to which clients another configuration would take access away from. The native core judges
 * certificates and routes, by the code that serves.
 */
import { runDry } from '../engine/native.js';
import { pem } from '../pins/certificate-file.js';
import type { Snapshot } from '../snapshot/snapshot.js';

/** SeenClient is a client that a running gateway has seen; `chain` is DER, the leaf first. */
export interface SeenClient {
  readonly listener: string;
  /** The server name that it asked for; may be empty. */
  readonly serverName: string;
  readonly subject: string;
  readonly sha256: string;
  /** Unix seconds. */
  readonly lastSeen: number;
  readonly chain: readonly Uint8Array[];
}

export interface Side {
  readonly snapshot: Snapshot;
  readonly document: string;
}

/** Judged says whether a client gets through the handshake, and which routes of its listener admit it. */
export interface Judged {
  /** Why it does not; '' when it does. */
  readonly refusal: string;
  /** Names; none when it does not. */
  readonly routes: readonly string[];
}

/** Judge judges a client by a document. */
export type Judge = (document: string, client: SeenClient) => Judged;

/** LostAccess is what a client could do and cannot any more. */
export interface LostAccess {
  readonly client: SeenClient;
  readonly routes: readonly string[];
  /** Why it would not even get in; '' when it would. */
  readonly refusal: string;
}

const pemOf = (der: Uint8Array): string => pem('CERTIFICATE', der);

/**
 * judgeNativelyAt asks the native core how it is at `time` (Unix seconds): the same moment for both sides. Error: EngineError
 * when a trust bundle of the document cannot be loaded.
 */
export const judgeNativelyAt =
  (time: number): Judge =>
  (document, { listener, serverName, chain }) => {
    const run = runDry({
      document,
      listener,
      chain: Buffer.from(chain.map(pemOf).join('')),
      method: 'GET',
      host: serverName,
      path: '/',
      time,
    });
    const { handshake, chain: refused, routes } = run;
    if (handshake === null) return { refusal: '', routes };
    return { refusal: refused?.reason ?? (handshake.detail || handshake.text), routes };
  };

function judgeSide(side: Side, client: SeenClient, judge: Judge): Judged {
  if (side.snapshot.listeners.some(({ name }) => name === client.listener)) {
    return judge(side.document, client);
  }
  return { refusal: 'the listener is no longer configured', routes: [] };
}

/** lostAccess lists the clients that lose something. Errors: those of `judge`. */
export function lostAccess(
  [before, after]: readonly [Side, Side],
  clients: readonly SeenClient[],
  judge: Judge,
): readonly LostAccess[] {
  const lost: LostAccess[] = [];
  for (const client of clients) {
    const was = judgeSide(before, client, judge);
    const is = judgeSide(after, client, judge);
    const routes = was.routes.filter((name) => !is.routes.includes(name));
    if (routes.length > 0) lost.push(Object.freeze({ client, routes, refusal: is.refusal }));
  }
  return Object.freeze(lost);
}
