/**
 * Owns the types of what a running data plane reports of itself: counts, clients, pins, endpoints. Types alone, as in crossing.ts:
 * whoever needs them imports them from native.ts.
 */
import type { CertificateIdentity } from './crossing.js';

/** PinUse is a pin of the configuration that serves, and when it last admitted a request. Times are Unix seconds. */
export interface PinUse {
  readonly client: string;
  readonly kind: 'sha256' | 'sha1' | 'spki-sha256';
  /** Lower-case hexadecimal. */
  readonly value: string;
  readonly label: string;
  readonly notBefore: number | null;
  readonly expires: number | null;
  /** null: never since the start. */
  readonly lastUsed: number | null;
}

/** RecentClient is a certificate that was seen on a listener lately, with the chain it was presented with (DER). */
export interface RecentClient {
  readonly listener: string;
  /** The server name that it asked for; may be empty. */
  readonly serverName: string;
  /** Unix seconds: when a connection was last opened or closed. */
  readonly lastSeen: number;
  /** Connections that are open. */
  readonly open: number;
  readonly identity: CertificateIdentity;
  readonly chain: readonly Buffer[];
}

/** Counters of the data plane, by the names of native/telemetry/counters.h. */
export type Counters = Readonly<Record<CounterName, number>>;

export type CounterName =
  | 'connectionsAccepted'
  | 'connectionsOpen'
  | 'connectionsRefused'
  | 'connectionsDisplaced'
  | 'idleClientsDisplaced'
  | 'handshakesOpen'
  | 'handshakesCompleted'
  | 'handshakesResumed'
  | 'handshakesFailed'
  | 'signaturesChecked'
  | 'connectionsEvictedRevoked'
  | 'connectionsEvictedExpired'
  | 'connectionsEvictedUntrusted'
  | 'connectionsEvictedNotPinned'
  | 'requests'
  | 'requestsOpen'
  | 'requestsDenied'
  | 'requestsFailed'
  | 'requestsCut'
  | 'tunnels'
  | 'tunnelsOpen'
  | 'upstreamConnectionsOpened'
  | 'upstreamConnectionsReused'
  | 'bytesReceived'
  | 'bytesSent'
  | 'securityLinesOmitted'
  | 'accessLinesDropped'
  | 'securityLinesDropped'
  | 'upstreamLinesDropped'
  | 'eventsDropped';

/** ListenerCounts is what was counted on one listener since the start. */
export interface ListenerCounts {
  readonly name: string;
  /** Connections that ended before the client sent a byte: health checks, mostly, and those that `timeouts.firstByte` ended. */
  readonly closedWithoutByte: number;
}

/** Descriptors is how many file descriptors the process may have, and how many connections each listener by that. */
export interface Descriptors {
  readonly limit: number;
  readonly listeners: readonly {
    readonly name: string;
    /** At once: what is configured, or less. */
    readonly connections: number;
    readonly configured: number;
  }[];
}

/** EndpointStatus is one endpoint of an upstream, over all workers; the gravest of their states. */
export interface EndpointStatus {
  readonly upstream: string;
  /** Such as "127.0.0.1:9000", "crm.internal:80", "unix:/run/app.sock". */
  readonly endpoint: string;
  readonly state: 'up' | 'ejected' | 'down' | 'unresolved';
  readonly backup: boolean;
  readonly weight: number;
  readonly inFlight: number;
  /** Since the endpoint is known, as are the failures. */
  readonly requests: number;
  readonly failures: number;
  /** What it stands for now. */
  readonly addresses: readonly string[];
}
