/**
 * Owns what an operator can do about an alert (RFC 8446 section 6) by which a client ended the handshake. Pure.
 */
import { quote } from '../parsed.js';
import type { SnapshotListener } from '../snapshot/snapshot.js';

const list = (words: readonly string[]): string => words.map(quote).join(', ');

function notTrusted(listener: SnapshotListener, serverName: string): string {
  const files = list([...new Set(listener.certificates.map(({ chain }) => chain.path))]);
  const name = serverName === '' ? 'that it asked for' : quote(serverName);
  return `the client does not trust this listener's certificate: give it the CA of ${files}; or the name ${name} is not in its subjectAltName`;
}

const EXPIRED =
  "the client takes this listener's certificate for expired: renew it, or set the clock of the client";

/** alertRemedy is the advice for the alert with that number; undefined where there is none. */
export function alertRemedy(
  alert: number | undefined,
  listener: SnapshotListener | undefined,
  serverName: string,
): string | undefined {
  if (listener === undefined) return undefined;
  switch (alert) {
    // bad_certificate, certificate_unknown, unknown_ca: which of them a client sends for what differs.
    case 42:
    case 46:
    case 48:
      return notTrusted(listener, serverName);
    case 45:
      return EXPIRED;
    default:
      return undefined;
  }
}
