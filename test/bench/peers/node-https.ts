/**
 * Owns node:https with http.request as a peer; the server itself is node-https-server.ts.
 */
import { fileURLToPath } from 'node:url';
import type { Command } from '../processes.js';
import type { NodeHttpsSetup } from './node-https-server.js';
import type { Peer, PeerSetup } from './peer.js';

function command(setup: PeerSetup): Command {
  const { certificate, key } = setup.server;
  const { port, upstreamPort, pki, resumption } = setup;
  const script = fileURLToPath(new URL('./node-https-server.js', import.meta.url));
  const own: NodeHttpsSetup = { port, upstreamPort, ca: pki.ca, certificate, key, resumption };
  return { program: process.execPath, args: [script, JSON.stringify(own)] };
}

export const nodeHttps: Peer = Object.freeze({
  name: 'node-https',
  missing: () => undefined,
  version: () => `node ${process.version}, OpenSSL ${process.versions.openssl}`,
  command,
});
