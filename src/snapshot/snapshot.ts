/**
 * Owns the shape of the snapshot document, the one thing that crosses to the data plane: the typed configuration, and what differs from
 * it, which alone is written down here. native/snapshot/decoder.h has all of it, and its decoder takes nothing else. Frozen.
 */

import type { FixedResponse, LiveAction, ProxyAction, ReadyAction } from '../config/action.js';
import type {
  AccessLog,
  ApplicationConfig,
  ClientConfig,
  CryptoProvider,
  ListenerConfig,
  RevocationConfig,
  RouteConfig,
  TcpRouteConfig,
  Tickets,
  TrustConfig,
  UpstreamConfig,
  UpstreamTlsConfig,
} from '../config/config.js';
import type { HeaderEdits } from '../config/header-edits.js';
import type { HostRewrite } from '../config/rewrite.js';

export const SNAPSHOT_FORMAT = 'pinlatch-snapshot/1';

export interface SnapshotCertificateFile {
  readonly path: string;
  readonly sha256: readonly string[];
}

/** SnapshotRevocation is what the configuration says, with paths for files. */
export interface SnapshotRevocation extends Omit<RevocationConfig, 'files'> {
  readonly files: readonly string[];
}

/** SnapshotAnchor is a certificate by its SHA-256, and when it is an anchor: a pin out of its time is none. */
export interface SnapshotAnchor {
  readonly sha256: string;
  readonly notBefore: number | null;
  readonly expires: number | null;
}

export interface SnapshotTrust extends Omit<TrustConfig, 'ca' | 'revocation'> {
  readonly ca: readonly SnapshotCertificateFile[];
  /** With selfSigned: every certificate that is pinned by a client of this bundle, sorted, each period once. */
  readonly pinned: readonly SnapshotAnchor[];
  readonly revocation: SnapshotRevocation | null;
}

export interface SnapshotUpstreamTls extends Omit<UpstreamTlsConfig, 'at' | 'certificate'> {
  readonly certificate: SnapshotOwnCertificate | null;
}

/** SnapshotUpstream has, with `tls`, endpoints of kind "tls" only, else none. */
export interface SnapshotUpstream extends Omit<UpstreamConfig, 'tls' | 'maintenance'> {
  readonly tls: SnapshotUpstreamTls | null;
}

/** SnapshotSecretFile is how the document names a secret file, wherever it does: by its path alone. */
export interface SnapshotSecretFile {
  readonly secret: string;
}

export interface SnapshotOwnCertificate {
  readonly at: string;
  readonly chain: SnapshotCertificateFile;
  readonly key: SnapshotSecretFile;
}

export interface SnapshotCertificate extends SnapshotOwnCertificate {
  readonly names: readonly string[];
}

export interface SnapshotListener extends Omit<ListenerConfig, 'bind' | 'certificates'> {
  readonly address: string;
  readonly port: number;
  readonly certificates: readonly SnapshotCertificate[];
}

/** SnapshotRewrite drops segments from the front of a canonical path and puts a canonical prefix in their place. */
export interface SnapshotRewrite {
  readonly stripSegments: number;
  readonly addPrefix: string;
  readonly host: HostRewrite;
}

/** SnapshotProxy has of what may be changed on the way all, if only as it is. */
export interface SnapshotProxy extends Omit<ProxyAction, 'rewrite' | 'headers' | 'upgrade'> {
  readonly rewrite: SnapshotRewrite;
  readonly headers: Omit<HeaderEdits, 'keep'>;
  /** Of `guardedFields`: these go on. */
  readonly keepFields: readonly string[];
  readonly upgrade: readonly string[];
}

export interface SnapshotReady extends ReadyAction {
  readonly upstreams: readonly string[];
}

/** SnapshotAction is, with the same kinds, what the configuration says a route does. */
export type SnapshotAction = SnapshotProxy | FixedResponse | LiveAction | SnapshotReady;

/** SnapshotRoute is what the configuration says; maintenance is its action by now. */
export interface SnapshotRoute extends Omit<RouteConfig, 'action' | 'maintenance'> {
  readonly action: SnapshotAction;
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
  readonly clients: readonly ClientConfig[];
  readonly applications: readonly ApplicationConfig[];
  readonly upstreams: readonly SnapshotUpstream[];
  readonly listeners: readonly SnapshotListener[];
  readonly routes: readonly SnapshotRoute[];
  readonly tcpRoutes: readonly TcpRouteConfig[];
}
