/**
 * Owns the client that a log has most to say of: its certificate, signed by itself, has as many names as fit into a
 * handshake, all of control characters, of which each octet takes six in JSON.
 */
import { connect } from 'node:tls';
import { type IssuedCertificate, issueCertificate } from './certificates.js';
import { contextPrimitive, sequence } from './der.js';
import { rawExtension } from './extensions.js';
import type { KeyPair } from './keys.js';
import type { RawCall } from './raw-client.js';
import { tlsOptionsOf } from './tls-options.js';

const NAMES = 58;
const OCTETS = 242;

/** largestRefusable makes the certificate; with one key for all of them it is made quickly. */
export function largestRefusable(key?: KeyPair): IssuedCertificate {
  const name = contextPrimitive(2, Buffer.alloc(OCTETS, 1));
  const names = rawExtension('2.5.29.17', false, sequence(...Array(NAMES).fill(name)));
  return issueCertificate({
    subject: '\u001b[2J\n{"type":"access"}\u202e',
    extensions: [names],
    ...(key === undefined ? {} : { key }),
  });
}

/** meetRefusal begins a handshake that fails, and resolves when the connection is over. */
export function meetRefusal({ port, localAddress, ...call }: RawCall): Promise<void> {
  return new Promise((resolve) => {
    const from = localAddress === undefined ? {} : { localAddress };
    const socket = connect({ host: '127.0.0.1', port, ...from, ...tlsOptionsOf(call) });
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.once('close', () => resolve());
    socket.once('end', () => socket.destroy());
  });
}
