/**
 * Owns what a peer is to the bench: a server program with its configuration for one run.
 */
import type { Family } from '../measures/measure.js';
import type { Pki, ServerFiles } from '../pki.js';
import type { Command } from '../processes.js';

/** What every peer serves, and nothing else, to anybody with a certificate of the CA: an answer of its own, … */
export const STATIC_PATH = '/static';
export const STATIC_BODY = '{"pong":true}';

/** … what the upstream answers, … */
export const PROXIED_PATH = '/proxied';

/** … and what lies below this path at the upstream. */
export const BODIES_PREFIX = '/bodies/';

export interface Body {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly bytes: number;
  /** How many connections it is fetched on at a time. */
  readonly connections: number;
}

export const MEBIBYTE_PATH = `${BODIES_PREFIX}1m`;

export const BODIES: readonly Body[] = [
  { name: '1k', title: '1 KiB', path: `${BODIES_PREFIX}1k`, bytes: 2 ** 10, connections: 64 },
  { name: '1m', title: '1 MiB', path: MEBIBYTE_PATH, bytes: 2 ** 20, connections: 16 },
  {
    name: '10m',
    title: '10 MiB',
    path: `${BODIES_PREFIX}10m`,
    bytes: 10 * 2 ** 20,
    connections: 4,
  },
];

/** growthPath is route `index`, from 1, of a server with many; its answer is the same as STATIC_PATH's. */
export function growthPath(index: number): string {
  return `/growth/${index}`;
}

/** growthPaths are the paths of the first `count` of these routes. */
export function growthPaths(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => growthPath(index + 1));
}

export interface PeerSetup {
  /** An empty folder for this peer's files. */
  readonly directory: string;
  /** To listen on, at 127.0.0.1. */
  readonly port: number;
  /** Of the plain HTTP/1.1 upstream, at 127.0.0.1. */
  readonly upstreamPort: number;
  readonly pki: Pki;
  /** The certificate to show, one of `pki`. */
  readonly server: ServerFiles;
  /** How many routes it must have beside the usual ones; of a peer that has clients by pin, so many pins. */
  readonly routes: number;
  /** How many connections it must be able to hold, … */
  readonly connections: number;
  /** … unless it is to have the limits and timeouts of its own defaults. */
  readonly ownLimits: boolean;
  /** Whether it is to issue session tickets and take them. */
  readonly resumption: boolean;
  /** Whether it is to offer HTTP/2. */
  readonly http2: boolean;
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
  /** Of a peer that not every build can be: says why this one cannot. Left out then, unless it was asked for. */
  unsupported?(): string | undefined;
  /** The families of measures that it takes part in; left out: all. */
  readonly families?: readonly Family[];
  /** It takes `routes` of its set-up into account. */
  readonly grows?: true;
  /** It speaks HTTP/2 where its set-up says so. */
  readonly http2?: true;
  /** It takes `ownLimits` of its set-up into account. */
  readonly ownLimits?: true;
  /** It finishes the handshake of a client that it does not trust, and refuses the request. */
  readonly answersStrangers?: true;
  version(): string;
  /** Writes the configuration and returns how to start the server in the foreground. */
  command(setup: PeerSetup): Command;
  /** Of a peer that logs every request: counts the lines in what it has written to standard output. */
  countLog?(output: Buffer): LogCount;
}
