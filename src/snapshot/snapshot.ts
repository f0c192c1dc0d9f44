/**
 * Owns the shape of the snapshot document, the one thing that crosses to the data plane. Mirrors native/snapshot/decoder.h
 * key by key: its decoder takes nothing else. Frozen. `at` is the JSON pointer of the configuration entry of each part.
 */

import type { Condition } from '../conditions/condition.js';
import type { Endpoint } from '../config/addresses.js';
import type { BalancingConfig, Standing } from '../config/balancing.js';
import type {
  AccessLog,
  Allow,
  ClientAuth,
  CryptoProvider,
  Deny,
  FixedResponse,
  HttpProtocol,
  MinVersion,
  ServerNameConfig,
  Tickets,
  UnknownNames,
  UpstreamProtocol,
} from '../config/config.js';
import type { ForwardedIdentity } from '../config/forwarded-identity.js';
import type { Front } from '../config/front.js';
import type { HeaderEdits } from '../config/header-edits.js';
import type { Limits, Timeouts } from '../config/listener-limits.js';
import type { HostRewrite } from '../config/rewrite.js';
import type { ConfiguredPin } from '../pins/pin.js';
import type { RoutePath } from '../routing/path-pattern.js';

export const SNAPSHOT_FORMAT = 'pinlatch-snapshot/1';

export interface SnapshotCertificateFile {
  readonly path: string;
  readonly sha256: readonly string[];
}

export interface SnapshotRevocation {
  readonly files: readonly string[];
  readonly whenStale: 'reject' | 'grace' | 'accept';
  readonly graceSeconds: number;
  readonly leafOnly: boolean;
  readonly acceptUnlistedIssuers: boolean;
  readonly acceptUnnumbered: boolean;
}

/** SnapshotAnchor is a certificate by its SHA-256, and when it is an anchor: a pin out of its time is none. */
export interface SnapshotAnchor {
  readonly sha256: string;
  readonly notBefore: number | null;
  readonly expires: number | null;
}

export interface SnapshotTrust {
  readonly name: string;
  readonly at: string;
  readonly selfSigned: boolean;
  readonly ca: readonly SnapshotCertificateFile[];
  /** With selfSigned: every certificate that is pinned by a client of this bundle, sorted, each period once. */
  readonly pinned: readonly SnapshotAnchor[];
  readonly revocation: SnapshotRevocation | null;
  readonly deny: readonly Deny[];
  readonly minRsaBits: number;
  readonly maxDepth: number;
}

export interface SnapshotClient {
  readonly name: string;
  readonly at: string;
  /** null: by `when` alone. */
  readonly pins: readonly ConfiguredPin[] | null;
  readonly when: Condition | null;
}

export interface SnapshotUpstreamTls {
  readonly trust: string;
  /** null: the host of each endpoint. */
  readonly serverName: string | null;
  readonly certificate: SnapshotOwnCertificate | null;
  readonly pins: readonly ConfiguredPin[];
  readonly minVersion: MinVersion;
}

export interface SnapshotUpstream extends BalancingConfig {
  readonly name: string;
  readonly at: string;
  /** With `tls` all of them are of kind "tls", else none. */
  readonly endpoints: readonly (Endpoint & Standing)[];
  readonly protocol: UpstreamProtocol;
  readonly tls: SnapshotUpstreamTls | null;
  readonly connectMs: number;
  readonly responseMs: number;
  readonly idleMs: number;
  readonly keepAliveMs: number;
  readonly maxIdle: number;
}

export interface SnapshotOwnCertificate {
  readonly at: string;
  readonly chain: SnapshotCertificateFile;
  readonly key: string;
}

export interface SnapshotCertificate extends SnapshotOwnCertificate {
  readonly names: readonly string[];
}

export interface SnapshotListener {
  readonly name: string;
  readonly at: string;
  readonly address: string;
  readonly port: number;
  readonly front: Front;
  readonly certificates: readonly SnapshotCertificate[];
  readonly clientAuth: ClientAuth;
  readonly trust: string;
  readonly minVersion: MinVersion;
  readonly names: readonly ServerNameConfig[];
  readonly unknownNames: UnknownNames;
  readonly protocols: readonly HttpProtocol[];
  readonly tickets: boolean;
  readonly forwardIdentity: readonly ForwardedIdentity[];
  readonly limits: Limits;
  readonly timeouts: Timeouts;
}

/** SnapshotRewrite drops segments from the front of a canonical path and puts a canonical prefix in their place. */
export interface SnapshotRewrite {
  readonly stripSegments: number;
  readonly addPrefix: string;
  readonly host: HostRewrite;
}

export type SnapshotAction =
  | {
      readonly kind: 'proxy';
      readonly upstream: string;
      readonly rewrite: SnapshotRewrite;
      readonly headers: Omit<HeaderEdits, 'keep'>;
      /** Of `guardedFields`: these go on. */
      readonly keepFields: readonly string[];
      readonly upgrade: readonly string[];
    }
  | FixedResponse
  | { readonly kind: 'live' }
  | { readonly kind: 'ready'; readonly upstreams: readonly string[] };

export interface SnapshotRoute {
  readonly name: string;
  readonly at: string;
  readonly listeners: readonly string[];
  readonly host: string | null;
  readonly path: RoutePath;
  readonly methods: readonly string[] | null;
  readonly allow: Allow;
  readonly action: SnapshotAction;
  readonly bodyBytes: number | null;
  readonly forwardIdentity: readonly ForwardedIdentity[] | null;
  readonly refuseFields: readonly string[];
}

export interface SnapshotTcpRoute {
  readonly name: string;
  readonly at: string;
  readonly listeners: readonly string[];
  readonly serverName: string | null;
  readonly allow: Allow;
  readonly upstream: string;
  readonly sendProxyProtocol: 'v2' | null;
}

export interface Snapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly workers: number;
  readonly drainMs: number;
  readonly tickets: Tickets;
  readonly cryptoProvider: CryptoProvider;
  readonly accessLog: AccessLog;
  readonly via: boolean;
  /** Request fields that end here unless a route keeps them. */
  readonly guardedFields: readonly string[];
  readonly trust: readonly SnapshotTrust[];
  readonly clients: readonly SnapshotClient[];
  readonly upstreams: readonly SnapshotUpstream[];
  readonly listeners: readonly SnapshotListener[];
  readonly routes: readonly SnapshotRoute[];
  readonly tcpRoutes: readonly SnapshotTcpRoute[];
}
