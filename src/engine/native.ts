/**
 * Owns the seam between the planes: the one file that loads the addon, and the types of everything that crosses. The
 * addon is loaded on first use, so that commands which need none of it work without.
 *
 * PINLATCH_ADDON in the environment names another addon to load, such as one that was built with a sanitizer. Whoever sets
 * the environment of this process decides about its code anyway (NODE_OPTIONS, LD_PRELOAD).
 */
import { createRequire } from 'node:module';
import { resolve as resolvePath } from 'node:path';
import { inPackage } from '../package-root.js';
import { EngineError, type ErrorSource, toEngineError } from './engine-error.js';

/** NativeIssue is one thing that stands in the way of a snapshot, or that would be left out of it. */
export interface NativeIssue {
  /** Left out: an error. */
  readonly severity?: 'error' | 'warning';
  readonly code: string;
  readonly source: ErrorSource;
  /** A sentence that is the same for every issue of this code. */
  readonly text: string;
  /** What was wrong here, for the operator; may be empty. */
  readonly detail: string;
  /** JSON pointer into the configuration, or into the document when code is 'snapshot-invalid'. */
  readonly at: string;
}

/** PassedRoute is a route that requests pass which differ from its own in a trailing slash or in case, by another route. */
export interface PassedRoute {
  /** What the other route does, such as "admits more". */
  readonly differences: readonly string[];
  /** JSON pointer of the route that is passed. */
  readonly at: string;
  /** The names of the two. */
  readonly route: string;
  readonly by: string;
  /** A path of the first, and those that go to the second instead. */
  readonly path: string;
  readonly ways: readonly string[];
  readonly bySlash: boolean;
  readonly byCase: boolean;
}

/** BoundListener says where a listener listens, with the real port. */
export interface BoundListener {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** CertificateIdentity describes a certificate. Fingerprints are lower-case hex, times Unix seconds, names RFC 4514. */
export interface CertificateIdentity {
  readonly sha256: string;
  readonly sha1: string;
  readonly spkiSha256: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly sanDns: readonly string[];
  readonly sanUri: readonly string[];
  readonly sanEmail: readonly string[];
  readonly sanIp: readonly string[];
  readonly keyAlgorithm: string;
  readonly signatureAlgorithm: string;
  /** Dotted numbers, as the certificate asserts them: which count for conditions is the path's to say. */
  readonly policies: readonly string[];
}

/** InspectedAnchor is a certificate as a trust bundle reads it. Times are Unix seconds. */
export interface InspectedAnchor {
  readonly sha256: string;
  /** RFC 4514; may be empty with a problem. */
  readonly subject: string;
  /** 0 with a problem, as notAfter. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Why it cannot be used; '' when it can. */
  readonly problem: string;
}

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

/** CertificateOrder asks for a certificate with a new P-256 key; both files are written and must not exist. */
export interface CertificateOrder {
  readonly kind: 'authority' | 'server' | 'client';
  /** Such as "CN=demo,O=pinlatch". */
  readonly subject: string;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Unix seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Left out for an authority. */
  readonly issuerCertificatePath?: string;
  readonly issuerKeyPath?: string;
}

/** VerifyRequest asks whether a chain would be accepted. `ca` and `chain` are PEM (the leaf first) or one DER each. */
export interface VerifyRequest {
  readonly ca: Uint8Array;
  readonly chain: Uint8Array;
  /** PEM or DER. With any, or with crlRequired, revocation is checked for every certificate of the path but the anchor. */
  readonly crls: readonly Uint8Array[];
  /** Unix seconds. */
  readonly time: number;
  readonly purpose: 'client' | 'server';
  readonly maxDepth?: number;
  readonly minRsaBits?: number;
  readonly crlRequired?: boolean;
  /** A certificate passes when there is no list of its issuer at all. */
  readonly unlistedIssuersPass?: boolean;
}

/** Verdict is the path that was found, as subjects from leaf to anchor, or why there is none. */
export type Verdict = {
  /** The certificates of `ca` that cannot be used, each with the reason. */
  readonly leftOut: readonly string[];
} & ({ readonly ok: true; readonly path: readonly string[] } | ({ readonly ok: false } & Refusal));

/** Refusal says why a chain is not accepted; `reason` joins the rest in one line. Texts may be empty, `rule` never is. */
export interface Refusal {
  readonly code: string;
  readonly rule: string;
  readonly section: string;
  readonly certificate: string;
  readonly detail: string;
  readonly remedy: string;
  readonly reason: string;
}

/** ExplainRequest is a request as a client would make it of a gateway with this snapshot. */
export interface ExplainRequest {
  readonly document: string;
  readonly listener: string;
  /** PEM with the leaf first, or DER; left out: no certificate is presented. */
  readonly chain?: Uint8Array;
  readonly method: string;
  /** As the Host field has it; may be empty. */
  readonly host: string;
  /** As sent, perhaps with a query. */
  readonly path: string;
  /** Unix seconds. */
  readonly time: number;
  /** What the connection is made for, '' for none; left out: the server name that `host` has. */
  readonly serverName?: string;
  /** The newest version that the client speaks; left out: 1.3. */
  readonly tls?: '1.2' | '1.3';
}

/** DryRun says what would come of it. The request is judged also when the handshake already fails. */
export interface DryRun {
  /** Why the handshake fails, or null. */
  readonly handshake: NativeIssue | null;
  /** With a chain that is not accepted. */
  readonly chain: Refusal | null;
  readonly presented: CertificateIdentity | null;
  /** Why the request is refused, or null. */
  readonly request: NativeIssue | null;
  /** What the connection is made for, in canonical form; '' for none. */
  readonly serverName: string;
  /** In canonical form; empty when it has none. */
  readonly path: string;
  /** Names; empty when there is none. */
  readonly route: string;
  readonly allowedMethods: string;
  /** Whatever it is called, but for TRACE and TRACK, which a route takes only where it lists them. */
  readonly takesAnyMethod: boolean;
  /** The clients that the certificate is. */
  readonly matched: readonly string[];
  readonly client: string;
  /** Why it is none of those that the route allows, a line for each of the first. */
  readonly findings: readonly string[];
  /** Clients that the route allows, and that the certificate would be with a pin more. */
  readonly lacksPinOf: readonly string[];
  /** Names of the listener's routes that admit this client, whatever else it asks for; none when the handshake fails. */
  readonly routes: readonly string[];
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

/** ListMark says how far the revocation lists of one series (issuer, key, scope) have come in a trust bundle. */
export interface ListMark {
  readonly bundle: string;
  /** DER, as the CA wrote it: the issuer's name, and the issuingDistributionPoint (empty where lists have none). */
  readonly issuer: Uint8Array;
  readonly scope: Uint8Array;
  /** Whether they are delta lists. */
  readonly delta: boolean;
  readonly keyId: Uint8Array;
  /** The SHA-256 of the signer's public key, lower-case hex; "" as long as nobody has shown the signer's certificate. */
  readonly key: string;
  /** Such as "0x05"; "" where lists have no number. */
  readonly number: string;
  /** Unix seconds. */
  readonly thisUpdate: number;
}

/** RememberedList is a mark with texts for people. */
export interface RememberedList extends ListMark {
  /** RFC 4514. */
  readonly issuerName: string;
  /** Such as "users only". */
  readonly scopeText: string;
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

/** NativeGateway is the data plane. Methods throw EngineError. */
export interface NativeGateway {
  /** generation counts the snapshots that were applied; 0 before the first. */
  readonly generation: number;
  /** apply makes the document serve, at once; on errors nothing changes. Without, it returns warnings alone. */
  apply(document: string): readonly NativeIssue[];
  /** start binds the listeners of the applied snapshot and serves. */
  start(): readonly BoundListener[];
  /** drain stops accepting and resolves, with the number of connections it cut, when none is left. Once. */
  drain(deadlineMs: number): Promise<number>;
  /** close ends every connection. A drain that is awaited is rejected. */
  close(): void;
  readCounters(): Counters;
  /** readListeners tells what was counted on each listener; none before start(). */
  readListeners(): readonly ListenerCounts[];
  /** pinUse returns every pin of the generation that serves, client by client, and when it last admitted a request. */
  pinUse(): readonly PinUse[];
  /** readUpstreams returns the endpoints of all upstreams that serve, in the order of the file; none before start(). */
  readUpstreams(): readonly EndpointStatus[];
  /** readRecentClients tells which clients were seen lately, a bounded number of them. */
  readRecentClients(): readonly RecentClient[];
  /** rememberList takes over a mark from before this process, for apply() to go by. */
  rememberList(mark: ListMark): void;
  /** rememberedLists tells how far the lists that served have come: apply() refuses older ones. */
  rememberedLists(): readonly RememberedList[];
  /** forgetLists drops what is remembered of an issuer (DER) in a bundle; it returns how many marks that were. */
  forgetLists(bundle: string, issuer: Uint8Array): number;
  /** onEvents calls back when there are lines to drain, at most once between two drainEvents(). */
  onEvents(callback: () => void): void;
  /** drainEvents takes the lines: one JSON object each, ended by a line feed. */
  drainEvents(): Buffer;
  /**
   * findDenials returns the lines about a refusal that is remembered, the oldest first, whether the log has them or not: by
   * its id, or the newest by the client's address.
   */
  findDenials(key: string): readonly string[];
}

/** CryptoProviderInUse is who computes for TLS in this process, and why. */
export interface CryptoProviderInUse {
  readonly name: 'host' | 'portable';
  /** Such as "OpenSSL 3.0.19". */
  readonly library: string;
  readonly reason: string;
}

interface Addon {
  readonly Gateway: new () => NativeGateway;
  checkSnapshot(document: string): readonly NativeIssue[];
  reviewRoutes(document: string): readonly PassedRoute[];
  cryptoProvider(): CryptoProviderInUse;
  inspectCertificates(bytes: Uint8Array): readonly CertificateIdentity[];
  inspectAnchors(bytes: Uint8Array): readonly InspectedAnchor[];
  inspectSent(bytes: Uint8Array): readonly SentCertificate[];
  sha256(bytes: Uint8Array): string;
  issueCertificate(order: CertificateOrder): void;
  verifyChain(request: VerifyRequest): Verdict;
  explain(request: ExplainRequest): DryRun;
  notifyServiceManager(socket: string, text: string): void;
  protectMemory(): boolean;
  trimMemory(): void;
}

const BUILT_ADDON = inPackage('build/Release/pinlatch.node');

let loaded: Addon | undefined;

function addon(): Addon {
  const { PINLATCH_ADDON: chosen } = process.env;
  loaded ??= chosen ? load(resolvePath(chosen)) : load(BUILT_ADDON);
  return loaded;
}

function load(path: string): Addon {
  const require = createRequire(import.meta.url);
  let resolved: string;
  try {
    resolved = require.resolve(path);
  } catch (cause) {
    const message =
      path === BUILT_ADDON
        ? 'the native core is not built (build/Release/pinlatch.node): npm run build:native'
        : `PINLATCH_ADDON names no file: ${path}`;
    throw new EngineError('addon-missing', message, { source: 'engine' }, { cause });
  }
  try {
    return require(resolved) as Addon;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the native core cannot be loaded; build it on this machine: npm run build:native (${reason})`;
    throw new EngineError('addon-unusable', message, { source: 'engine' }, { cause });
  }
}

function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw toEngineError(thrown);
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

/** createGateway makes a data plane that does nothing yet. */
export function createGateway(): NativeGateway {
  const native = new (addon().Gateway)();
  return Object.freeze({
    get generation() {
      return native.generation;
    },
    apply: (document: string) => guarded(() => deepFreeze(native.apply(document))),
    start: () => guarded(() => deepFreeze(native.start())),
    drain: async (deadlineMs: number) => {
      try {
        return await native.drain(deadlineMs);
      } catch (thrown) {
        throw toEngineError(thrown);
      }
    },
    close: () => guarded(() => native.close()),
    readCounters: () => deepFreeze(native.readCounters()),
    readListeners: () => deepFreeze(native.readListeners()),
    pinUse: () => guarded(() => deepFreeze(native.pinUse())),
    readUpstreams: () => guarded(() => deepFreeze(native.readUpstreams())),
    readRecentClients: () => native.readRecentClients(),
    rememberList: (mark: ListMark) => guarded(() => native.rememberList(mark)),
    rememberedLists: () => guarded(() => native.rememberedLists()),
    forgetLists: (bundle: string, issuer: Uint8Array) =>
      guarded(() => native.forgetLists(bundle, issuer)),
    onEvents: (callback: () => void) => native.onEvents(callback),
    drainEvents: () => native.drainEvents(),
    findDenials: (key: string) => guarded(() => deepFreeze(native.findDenials(key))),
  });
}

/** checkSnapshot says everything that would keep a gateway from serving the document, and what it would leave out. */
export function checkSnapshot(document: string): readonly NativeIssue[] {
  return guarded(() => deepFreeze(addon().checkSnapshot(document)));
}

/** reviewRoutes finds routes that are passed by, a bounded number of them. Error: EngineError when the document is unusable. */
export function reviewRoutes(document: string): readonly PassedRoute[] {
  return guarded(() => deepFreeze(addon().reviewRoutes(document)));
}

/** cryptoProvider says who computes; it is chosen when the first snapshot is applied or checked. */
export function cryptoProvider(): CryptoProviderInUse {
  return deepFreeze(addon().cryptoProvider());
}

/** inspectCertificates describes every certificate in PEM text or in one DER file. */
export function inspectCertificates(bytes: Uint8Array): readonly CertificateIdentity[] {
  return guarded(() => deepFreeze(addon().inspectCertificates(bytes)));
}

/** SentCertificate is one that the gateway only sends: nothing of it need be usable here. */
export interface SentCertificate {
  readonly sha256: string;
}

/** inspectSent reads every certificate in PEM text or in one DER file, whatever its keys and signatures are. */
export function inspectSent(bytes: Uint8Array): readonly SentCertificate[] {
  return guarded(() => deepFreeze(addon().inspectSent(bytes)));
}

/** inspectAnchors reads every certificate in PEM text or in one DER file, also those that cannot be used. */
export function inspectAnchors(bytes: Uint8Array): readonly InspectedAnchor[] {
  return guarded(() => deepFreeze(addon().inspectAnchors(bytes)));
}

/** sha256 hashes bytes: lower-case hexadecimal. In place of node:crypto, which would cost a serving process 1.5 MB. */
export function sha256(bytes: Uint8Array): string {
  return guarded(() => addon().sha256(bytes));
}

/** issueCertificate makes a key and a certificate; the key never enters JavaScript. */
export function issueCertificate(order: CertificateOrder): void {
  guarded(() => addon().issueCertificate(order));
}

/** verifyChain judges a chain by the verifier of the listeners. Error: EngineError when an input cannot be read. */
export function verifyChain(request: VerifyRequest): Verdict {
  return guarded(() => deepFreeze(addon().verifyChain(request)));
}

/** explain runs one request dry, by the code that serves. Error: EngineError when an input cannot be used. */
export function explain(request: ExplainRequest): DryRun {
  return guarded(() => deepFreeze(addon().explain(request)));
}

/** notifyServiceManager sends text to the datagram socket that $NOTIFY_SOCKET names. */
export function notifyServiceManager(socket: string, text: string): void {
  guarded(() => addon().notifyServiceManager(socket, text));
}

/**
 * protectMemory keeps this process's memory, in which private keys are, from other processes of the same user (debuggers,
 * /proc) and from core dumps, for as long as it lives. False: the system refuses.
 */
export function protectMemory(): boolean {
  return guarded(() => addon().protectMemory());
}

/** trimMemory gives free memory of the native heap back to the system. */
export function trimMemory(): void {
  guarded(() => addon().trimMemory());
}
