/**
 * Owns the names of protocols that clients may upgrade to. As strict as the data plane's own decoder
 * (native/snapshot/decode_forwarding.cc).
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';

// Upgrading to HTTP itself or to TLS would take requests, or who sends them, out of the gateway's sight.
const NEVER: ReadonlySet<string> = new Set(['h2c', 'h2', 'http', 'tls']);

/** checkUpgrade judges the name of a protocol, perhaps with a version (RFC 9110 section 7.8). */
export function checkUpgrade(text: string): Parsed<string> {
  const lower = text.toLowerCase();
  if (!/^[a-z0-9._-]+(?:\/[a-z0-9._-]+)?$/.test(lower) || text.length > 64) {
    return bad(quote(text), 'a protocol such as "websocket"');
  }
  if (NEVER.has(lower.split('/')[0] ?? '')) {
    return bad(quote(text), 'a protocol other than HTTP and TLS, such as "websocket"', 'remove it');
  }
  if (text === lower) return good(text);
  return bad(quote(text), 'a protocol in lower case', `write ${literal(lower)}`);
}
