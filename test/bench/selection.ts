/**
 * Owns the choice of what a run measures: which peers, which measures, and what is missing for them.
 */
import { GatewayError } from '../../src/gateway-error.js';
import { hasCompiler, hasOpenSslHeaders } from './clients.js';
import { allMeasures } from './measures/all.js';
import { FAMILIES, type Measure } from './measures/measure.js';
import { caddy } from './peers/caddy.js';
import { floor } from './peers/floor.js';
import { haproxy } from './peers/haproxy.js';
import { nginx } from './peers/nginx.js';
import { nodeHttps } from './peers/node-https.js';
import type { Peer } from './peers/peer.js';
import { pinlatch, pinlatchLogging, pinlatchOther, pinlatchPortable } from './peers/pinlatch.js';
import { firstLine, missingPackage } from './programs.js';
import type { Settings } from './settings.js';

const PEERS: readonly Peer[] = [
  nginx,
  haproxy,
  caddy,
  nodeHttps,
  pinlatch,
  pinlatchPortable,
  pinlatchLogging,
  pinlatchOther,
  floor,
];

export interface Selection {
  readonly peers: readonly Peer[];
  readonly measures: readonly Measure[];
  /** A line for each peer that was not asked for by name and cannot run. */
  readonly leftOut: readonly string[];
  /** Nothing was left out because of the command line. */
  readonly isComplete: boolean;
}

function refuseUnknown(names: readonly string[], known: readonly string[], what: string): void {
  for (const name of names) {
    if (!known.includes(name)) {
      throw new GatewayError(
        'usage',
        `there is no ${what} "${name}"; there are ${known.join(', ')}`,
      );
    }
  }
}

/** chooseMeasures takes those that are named, by name or family; all of them when none is. */
export function chooseMeasures(
  all: readonly Measure[],
  names: readonly string[],
): readonly Measure[] {
  refuseUnknown(names, [...FAMILIES, ...all.map((measure) => measure.name)], 'measure');
  return all.filter(
    ({ name, family }) => names.length === 0 || names.includes(name) || names.includes(family),
  );
}

/** choosePeers takes those that are named, or all but those that this build cannot be, which it tells. */
export function choosePeers(
  all: readonly Peer[],
  names: readonly string[],
): Pick<Selection, 'peers' | 'leftOut'> {
  refuseUnknown(
    names,
    all.map((peer) => peer.name),
    'peer',
  );
  if (names.length > 0) {
    return { peers: all.filter((peer) => names.includes(peer.name)), leftOut: [] };
  }
  const leftOut = all.flatMap((peer) => {
    const why = peer.unsupported?.();
    return why === undefined ? [] : [`${peer.name} is left out: ${why}`];
  });
  return { peers: all.filter((peer) => peer.unsupported?.() === undefined), leftOut };
}

/** select returns what these settings ask for. */
export function select(settings: Settings): Selection {
  return Object.freeze({
    ...choosePeers(PEERS, settings.peers),
    measures: chooseMeasures(allMeasures(settings), settings.measures),
    isComplete: settings.peers.length === 0 && settings.measures.length === 0,
  });
}

/** missingParts says what must be installed or built before these peers can be measured. */
export function missingParts(peers: readonly Peer[]): readonly string[] {
  const parts = [
    firstLine('wrk', '-v') === undefined ? missingPackage('wrk', 'wrk') : undefined,
    firstLine('h2load', '--version') === undefined
      ? missingPackage('h2load', 'nghttp2-client')
      : undefined,
    hasCompiler() ? undefined : missingPackage('cc', 'gcc'),
    !hasCompiler() || hasOpenSslHeaders()
      ? undefined
      : 'the headers of OpenSSL 3 are not installed (Debian package libssl-dev)',
    nginx.missing(), // the upstream is nginx, whoever the peers are
    ...peers.map((peer) => peer.missing()),
    ...peers.map((peer) => {
      const why = peer.unsupported?.();
      return why === undefined ? undefined : `${peer.name}: ${why}`;
    }),
  ];
  return [...new Set(parts.filter((part) => part !== undefined))];
}
