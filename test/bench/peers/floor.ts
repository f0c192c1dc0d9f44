/**
 * Owns the floor as a peer: what the system calls and the cryptography of a request cost when nothing else is done.
 */
import { join } from 'node:path';
import { compile } from '../clients.js';
import type { Command } from '../processes.js';
import { firstLine } from '../programs.js';
import { BENCH } from '../repository.js';
import type { Peer, PeerSetup } from './peer.js';

const SOURCES = ['floor-server', 'tls-connection'];

function command({ directory, port, upstreamPort, pki, server }: PeerSetup): Command {
  const program = compile(BENCH, join(directory, 'floor-server'), SOURCES, ['-D_GNU_SOURCE']);
  const args = [port, upstreamPort, pki.ca, server.certificate, server.key].map(String);
  return { program, args };
}

export const floor: Peer = Object.freeze({
  name: 'floor',
  // What it needs the clients of the bench need, too, and say so.
  missing: () => undefined,
  families: ['static', 'proxied'],
  version: () => firstLine('openssl', 'version') ?? 'OpenSSL',
  command,
} satisfies Peer);
