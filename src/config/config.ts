/**
 * Owns the typed configuration: what gateway.json says, every value read and every default filled in, names not yet
 * resolved. Frozen; made by parse.ts. `at` is the JSON pointer of the entry that a part was read from.
 */
import type { Condition } from '../conditions/condition.js';
import type { ConfiguredPin } from '../pins/pin.js';
import type { Matcher } from '../routing/route-table.js';
import type { Action, FixedResponse } from './action.js';
import type { BindAddress, Endpoint } from './addresses.js';
import type { BalancingConfig, Standing } from './balancing.js';
import type { ForwardedIdentity } from './forwarded-identity.js';
import type { Front } from './front.js';
import type { RawUpstreamTimeouts } from './generated-shape.js';
import type { InMs, Limits, Timeouts } from './listener-limits.js';
import type { WhenStale } from './when-stale.js';

/** FileAt is an absolute path, and where it was named. */
export interface FileAt {
  readonly path: string;
  readonly at: string;
}

/**
 * SecretFile is the absolute path of a file whose content the data plane alone reads. The control plane knows the path and what
 * stat(2) tells, and so does whatever it writes: differences, the snapshot, logs, the state folder. It is no FileAt: what reads files
 * does not take it.
 */
export interface SecretFile {
  readonly secret: string;
  readonly at: string;
}

export interface RevocationConfig extends WhenStale {
  readonly files: readonly FileAt[];
  readonly leafOnly: boolean;
  readonly acceptUnlistedIssuers: boolean;
  readonly acceptUnnumbered: boolean;
}

/** Deny names certificates that are refused without any list: lower-case hex digits of a SHA-256 or of a serial number. */
export interface Deny {
  readonly kind: 'sha256' | 'serial';
  readonly value: string;
}

export interface TrustConfig {
  readonly name: string;
  readonly at: string;
  /** The pinned certificates of clients are the anchors; `ca` is empty and `revocation` null. */
  readonly selfSigned: boolean;
  readonly ca: readonly FileAt[];
  readonly revocation: RevocationConfig | null;
  readonly deny: readonly Deny[];
  readonly minRsaBits: number;
  readonly maxDepth: number;
}

export interface ClientConfig {
  readonly name: string;
  readonly at: string;
  /** null: by `when` alone. */
  readonly pins: readonly ConfiguredPin[] | null;
  readonly when: Condition | null;
  /** Its own, without those of its applications. */
  readonly scopes: readonly string[];
}

/** ApplicationConfig is several clients under one name. */
export interface ApplicationConfig {
  readonly name: string;
  readonly at: string;
  readonly clients: readonly string[];
  /** Each of its clients has them. */
  readonly scopes: readonly string[];
}

/** UpstreamTlsConfig is what holds for TLS to an upstream: who it must be, and who the gateway is to it. */
export interface UpstreamTlsConfig {
  readonly at: string;
  readonly trust: string;
  /** null: the host of each endpoint. */
  readonly serverName: string | null;
  readonly certificate: OwnCertificateConfig | null;
  readonly pins: readonly ConfiguredPin[];
  readonly minVersion: MinVersion;
}

/** UpstreamProtocol is what is spoken to an upstream. */
export type UpstreamProtocol = 'http1' | 'h2';

export interface UpstreamConfig extends BalancingConfig, InMs<RawUpstreamTimeouts> {
  readonly name: string;
  readonly at: string;
  readonly endpoints: readonly (Endpoint & Standing)[];
  readonly protocol: UpstreamProtocol;
  readonly tls: UpstreamTlsConfig | null;
  readonly maxIdle: number;
  /** What routes to it answer instead; null: it is in service. */
  readonly maintenance: FixedResponse | null;
}

/** OwnCertificateConfig is a certificate of the gateway itself. */
export interface OwnCertificateConfig {
  readonly at: string;
  readonly cert: FileAt;
  readonly key: SecretFile;
}

export interface CertificateConfig extends OwnCertificateConfig {
  /** Server names that it is for; none: those of its subjectAltName. */
  readonly names: readonly string[];
}

export type ClientAuth = 'required' | 'optional' | 'none';
export type MinVersion = '1.2' | '1.3';

/** HttpProtocol is a protocol by its ALPN name. */
export type HttpProtocol = 'h2' | 'http/1.1';

export type UnknownNames = 'default' | 'refuse';

/** NO_TRUST stands for the trust bundle where no client certificate is asked for; no bundle can have this name. */
export const NO_TRUST = '(none)';

/** ClientRules is what is asked of clients. */
export interface ClientRules {
  readonly clientAuth: ClientAuth;
  /** The name of a trust bundle, or NO_TRUST, which goes with "none" alone. */
  readonly trust: string;
  readonly minVersion: MinVersion;
}

/** ServerNameConfig is what holds for one server name: "api.local", or "*.example.com" for one more label. */
export interface ServerNameConfig extends ClientRules {
  readonly name: string;
  readonly at: string;
}

export interface ListenerConfig extends ClientRules {
  readonly name: string;
  readonly at: string;
  readonly bind: BindAddress;
  readonly front: Front;
  readonly certificates: readonly CertificateConfig[];
  /** Clients are told the names of the authorities that are trusted. */
  readonly announceAuthorities: boolean;
  readonly names: readonly ServerNameConfig[];
  readonly unknownNames: UnknownNames;
  /** Best first. */
  readonly protocols: readonly HttpProtocol[];
  /** Session tickets are given out and taken. */
  readonly tickets: boolean;
  readonly forwardIdentity: readonly ForwardedIdentity[];
  readonly limits: Limits;
  readonly timeouts: Timeouts;
}

/** CryptoProvider says who computes for TLS: Node's libcrypto, mbedTLS itself, or the first that can. */
export type CryptoProvider = 'auto' | 'host' | 'portable';
/** AccessLog says which requests leave an access line. */
export type AccessLog = 'all' | 'failed' | 'off';

/** Allow has clients by name; the names of applications stand for their clients. */
export type Allow = { readonly clients: readonly string[] } | 'any-trusted' | 'anyone';

export interface RouteConfig extends Matcher {
  readonly name: string;
  readonly at: string;
  /** Names, in the order of the file; all listeners when the route names none. */
  readonly listeners: readonly string[];
  readonly allow: Allow;
  /** What a client must have, all of it. */
  readonly scopes: readonly string[];
  readonly action: Action;
  /** Names of fields with which no request is admitted. */
  readonly refuseFields: readonly string[];
  /** In place of the listener's; null: the listener's. */
  readonly bodyBytes: number | null;
  /** What it answers instead; null: the action. */
  readonly maintenance: FixedResponse | null;
  /** In place of the listener's, also when empty; null: the listener's. */
  readonly forwardIdentity: readonly ForwardedIdentity[] | null;
}

/** TcpRouteConfig leads connections on listeners with mode tcp to an upstream. */
export interface TcpRouteConfig {
  readonly name: string;
  readonly at: string;
  /** Names, in the order of the file; all listeners with mode tcp when the route names none. */
  readonly listeners: readonly string[];
  /** Lower case, perhaps with "*." in front; null: any other, and none. */
  readonly serverName: string | null;
  readonly allow: Allow;
  readonly upstream: string;
  readonly sendProxyProtocol: 'v2' | null;
}

/** OperationConfig concerns the control plane alone: it is no part of the snapshot. */
export interface OperationConfig {
  /** Whether changes of the files are noticed without a signal. */
  readonly watch: boolean;
  /** An absolute path; null when the file does not say. */
  readonly adminSocket: string | null;
}

/** Tickets says for how long clients come back by a session ticket, and for how long one key seals; the latter is no less. */
export interface Tickets {
  readonly lifetimeSeconds: number;
  readonly rotateSeconds: number;
}

/** ConfigParts is any set of sound entries, perhaps not all of a file. Checks take it; nothing may be served from it. */
export interface ConfigParts {
  readonly workers: number;
  readonly drainMs: number;
  readonly tickets: Tickets;
  readonly cryptoProvider: CryptoProvider;
  readonly accessLog: AccessLog;
  readonly via: boolean;
  readonly operation: OperationConfig;
  readonly trust: readonly TrustConfig[];
  readonly clients: readonly ClientConfig[];
  readonly applications: readonly ApplicationConfig[];
  readonly upstreams: readonly UpstreamConfig[];
  readonly listeners: readonly ListenerConfig[];
  readonly routes: readonly RouteConfig[];
  readonly tcpRoutes: readonly TcpRouteConfig[];
}

/** Config is a whole file without a mistake: only this compiles. A file with a route less could allow more. */
export interface Config extends ConfigParts {
  readonly complete: true;
}
