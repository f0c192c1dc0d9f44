/**
 * Owns the types of everything that crosses the seam between the planes, as native/binding makes and takes it. Types alone: nothing
 * here runs, and whoever needs them imports them from native.ts.
 */
import type { Problem } from '../parsed.js';
import type { ErrorSource } from './engine-error.js';
import type {
  Counters,
  Descriptors,
  EndpointStatus,
  ListenerCounts,
  PinUse,
  RecentClient,
} from './reports.js';

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
  /** Left out: no command would help. */
  readonly remedy?: NativeRemedy;
}

/** NativeRemedy is a command of `pinlatch` about what the state folder remembers, its words not quoted, and when to give it. */
export interface NativeRemedy {
  /** Such as "if the newer list was a mistake of the CA". */
  readonly when: string;
  readonly command: readonly string[];
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

/** CertificatePlace is what a file with certificates is for: a trust bundle, the gateway itself, or somebody who is asked about. */
export type CertificatePlace = 'own' | 'authorities' | 'presented';

/** CertificateFile is what a file for certificates holds, in PEM or DER. With a problem, none of it is to be used. */
export interface CertificateFile {
  /** DER, in the order of the file. */
  readonly certificates: readonly Buffer[];
  readonly holdsPrivateKey: boolean;
  readonly problem: Problem | null;
  /** The problem is that it is of no format that is known. */
  readonly isUnknown: boolean;
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

/** DryRunRequest is a request as a client would make it of a gateway with this snapshot. */
export interface DryRunRequest {
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
  /** What is in the way of clients whose pin fits, and what to do about it. */
  readonly remedies: readonly string[];
  /** Names of the listener's routes that admit this client, whatever else it asks for; none when the handshake fails. */
  readonly routes: readonly string[];
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

/** ClockReading is what the data plane takes its clock for. Times are Unix seconds. */
export interface ClockReading {
  readonly now: number;
  /** What is known to have passed: below it the clock is wrong. */
  readonly floor: number;
  /** Somebody vouches for the clock: the kernel, or systemd-timesyncd. */
  readonly confirmed: boolean;
  /** More is known of the clock than when the snapshot was applied: applied again, it would be judged otherwise. */
  readonly judgedAnew: boolean;
}

/** ListInForce is a revocation list of a trust bundle, superseded or not. Times are Unix seconds. */
export interface ListInForce {
  readonly trust: string;
  /** The file. */
  readonly source: string;
  /** RFC 4514. */
  readonly issuer: string;
  /** Such as "0x05"; "" where it has none. */
  readonly number: string;
  readonly delta: boolean;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  /** Why it is of no use now; "" where it is. */
  readonly problem: string;
}

/** NativeGateway is the data plane. Methods throw EngineError. */
export interface NativeGateway {
  /** generation counts the snapshots that were applied; 0 before the first. */
  readonly generation: number;
  /** apply makes the document serve, at once; on errors nothing changes. Without, it returns warnings alone. */
  apply(document: string): readonly NativeIssue[];
  /** start binds the listeners of the applied snapshot and serves. */
  start(): readonly BoundListener[];
  /** boundListeners tells where the listeners of the snapshot that serves listen; none before start(). */
  boundListeners(): readonly BoundListener[];
  /** drain stops accepting and resolves, with the number of connections it cut, when none is left. Once. */
  drain(deadlineMs: number): Promise<number>;
  /** close ends every connection. A drain that is awaited is rejected. */
  close(): void;
  readCounters(): Counters;
  /** readListeners tells what was counted on each listener; none before start(). */
  readListeners(): readonly ListenerCounts[];
  /** readDescriptors tells of the limit of file descriptors and what listeners may have by it; null before apply(). */
  readDescriptors(): Descriptors | null;
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
  /** review returns the warnings of this moment, as apply() those of its own. */
  review(): readonly NativeIssue[];
  /** onReviewDue calls back whenever review() may find others: something begins, ends or falls due, or the clock is set. */
  onReviewDue(callback: () => void): void;
  /** raiseClockFloor says that a moment (Unix seconds) has certainly passed, for apply() to go by. */
  raiseClockFloor(moment: number): void;
  readClock(): ClockReading;
  /** readLists tells of every revocation list of the snapshot that serves. */
  readLists(): readonly ListInForce[];
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
  /** "auto" would have had the host, which is not to be had: handshakes cost several times as much. */
  readonly isFallback: boolean;
}

/** SentCertificate is one that the gateway only sends: nothing of it need be usable here. */
export interface SentCertificate {
  readonly sha256: string;
}

/** ListedWriters are whom an access control list lets write beside the owner; an entry that its mask cuts lets nobody. */
export interface ListedWriters {
  /** Numbers of users, and of groups. */
  readonly users: readonly number[];
  readonly groups: readonly number[];
  readonly owningGroup: boolean;
  readonly everybody: boolean;
}
