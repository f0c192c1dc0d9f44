/**
 * Owns what a listener does before TLS and what it carries behind it: mode, protocols, STARTTLS, and the proxies in front
 * that it believes.
 */
import { bad, good, type Parsed, quote } from '../parsed.js';
import type { RawListener } from './generated-shape.js';
import { type Network, readNetworks } from './networks.js';

/** Front bears the names that the snapshot gives it. */
export interface Front {
  readonly mode: 'http' | 'tcp';
  /** Empty: what clients offer is not looked at (tcp), or HTTP's own (http). */
  readonly alpn: readonly string[];
  readonly startTls: 'postgresql' | null;
  /** Whose connections begin with a PROXY header. */
  readonly proxyFrom: readonly Network[];
  /** Whose X-Forwarded-For is passed on. */
  readonly forwardedFrom: readonly Network[];
}

const MOST_ALPN = 255;

/** parseAlpn takes a protocol name (RFC 7301 section 3.1): printable, so that logs and errors can show it. */
export function parseAlpn(text: string): Parsed<string> {
  if (/^[!-~]+$/.test(text) && text.length <= MOST_ALPN) return good(text);
  return bad(
    quote(text),
    `a protocol name of 1 to ${MOST_ALPN} printable characters, such as "mqtt"`,
  );
}

/** readFront reads the part of a listener that passed the schema. */
export function readFront(raw: RawListener): Front {
  return Object.freeze({
    mode: raw.mode,
    alpn: Object.freeze([...(raw.alpn ?? [])]),
    startTls: raw.startTls ?? null,
    proxyFrom: readNetworks(raw.proxyProtocol?.from ?? []),
    forwardedFrom: readNetworks(raw.trustForwardedFor),
  });
}
