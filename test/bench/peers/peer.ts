/**
 * Owns what a peer is to the bench: a server program with its configuration for one run.
 */
import type { Pki } from '../pki.js';
import type { Command } from '../processes.js';

/** The two things that every peer serves, and nothing else to anybody without a certificate of the CA. */
export const STATIC_PATH = '/static';
export const STATIC_BODY = '{"pong":true}';
export const PROXIED_PATH = '/proxied';

export interface PeerSetup {
  /** An empty folder for this peer's files. */
  readonly directory: string;
  /** To listen on, at 127.0.0.1. */
  readonly port: number;
  /** Of the plain HTTP/1.1 upstream, at 127.0.0.1. */
  readonly upstreamPort: number;
  readonly pki: Pki;
  /** How many connections it must be able to hold. */
  readonly connections: number;
  /** Whether it is to issue session tickets and take them. */
  readonly resumption: boolean;
}

export interface LogCount {
  readonly written: number;
  /** Lines that the peer says it has left out because they came too fast. */
  readonly dropped: number;
}

export interface Peer {
  readonly name: string;
  /** Says what must be installed or built when the peer cannot run; undefined when it can. */
  missing(): string | undefined;
  version(): string;
  /** Writes the configuration and returns how to start the server in the foreground. */
  command(setup: PeerSetup): Command;
  /** Of a peer whose access log cannot be off: counts the lines in what it has written to standard output. */
  countLog?(output: Buffer): LogCount;
}
