/**
 * Owns the answer to which clients another configuration would take access away from. The native core judges certificates,
 * by the code that serves; what that means for routes is looked up in the snapshot.
 */
import { explain } from '../engine/native.js';
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

/** Judged says whether a client gets through the handshake, and which clients of the configuration it is. */
export interface Judged {
  /** Why it does not; '' when it does. */
  readonly refusal: string;
  readonly clients: readonly string[];
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

const pemOf = (der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
};

/** judgeNatively asks the native core. Error: EngineError when a trust bundle of the document cannot be loaded. */
export const judgeNatively: Judge = (document, { listener, serverName, chain }) => {
  const explained = explain({
    document,
    listener,
    chain: Buffer.from(chain.map(pemOf).join('')),
    method: 'GET',
    host: serverName,
    path: '/',
    time: Math.floor(Date.now() / 1000),
  });
  const { handshake, chain: refused, matched } = explained;
  if (handshake === null) return { refusal: '', clients: matched };
  return { refusal: refused?.reason ?? (handshake.detail || handshake.text), clients: [] };
};

function routesOf({ snapshot }: Side, listener: string, judged: Judged): readonly string[] {
  const isAllowed = (allow: Snapshot['routes'][number]['allow']): boolean =>
    typeof allow === 'string' || allow.clients.some((name) => judged.clients.includes(name));
  if (judged.refusal !== '') return [];
  return [...snapshot.routes, ...snapshot.tcpRoutes]
    .filter((route) => route.listeners.includes(listener) && isAllowed(route.allow))
    .map(({ name }) => name);
}

function judgeSide(side: Side, client: SeenClient, judge: Judge): Judged {
  if (side.snapshot.listeners.some(({ name }) => name === client.listener)) {
    return judge(side.document, client);
  }
  return { refusal: 'the listener is gone', clients: [] };
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
    const left = routesOf(after, client.listener, is);
    const routes = routesOf(before, client.listener, was).filter((name) => !left.includes(name));
    if (routes.length > 0) lost.push(Object.freeze({ client, routes, refusal: is.refusal }));
  }
  return Object.freeze(lost);
}
