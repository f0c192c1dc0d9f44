/**
 * Owns the seam between the planes: the one file that loads the addon. What crosses has its types in crossing.ts, which go with
 * it. The addon is loaded on first use, so that commands which need none of it work without.
 *
 * PINLATCH_ADDON in the environment names another addon to load, such as one that was built with a sanitizer. Whoever sets
 * the environment of this process decides about its code anyway (NODE_OPTIONS, LD_PRELOAD).
 */
import { createRequire } from 'node:module';
import { resolve as resolvePath } from 'node:path';
import { inPackage } from '../own-package.js';
import type {
  CertificateFile,
  CertificateIdentity,
  CertificateOrder,
  CertificatePlace,
  CryptoProviderInUse,
  DryRun,
  DryRunRequest,
  InspectedAnchor,
  ListedWriters,
  ListMark,
  NativeGateway,
  NativeIssue,
  PassedRoute,
  SentCertificate,
  Verdict,
  VerifyRequest,
} from './crossing.js';
import { EngineError, toEngineError } from './engine-error.js';

export type * from './crossing.js';
export type * from './reports.js';

interface Addon {
  readonly Gateway: new () => NativeGateway;
  checkSnapshot(document: string): readonly NativeIssue[];
  reviewRoutes(document: string): readonly PassedRoute[];
  cryptoProvider(): CryptoProviderInUse;
  inspectCertificates(bytes: Uint8Array): readonly CertificateIdentity[];
  inspectAnchors(bytes: Uint8Array): readonly InspectedAnchor[];
  inspectSent(bytes: Uint8Array): readonly SentCertificate[];
  readCertificates(bytes: Uint8Array, place: CertificatePlace, path: string): CertificateFile;
  readCertificateFile(fd: number, place: CertificatePlace, path: string): CertificateFile;
  publicPartOf(fd: number, isSecret: boolean): Buffer | null;
  problemOfLists(bytes: Uint8Array, path: string): string;
  sha256(bytes: Uint8Array): string;
  issueCertificate(order: CertificateOrder): void;
  verifyChain(request: VerifyRequest): Verdict;
  runDry(request: DryRunRequest): DryRun;
  listedWriters(path: string, ofNewFiles: boolean): ListedWriters | null;
  isReaderGone(descriptor: number): boolean;
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
    boundListeners: () => guarded(() => deepFreeze(native.boundListeners())),
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
    readDescriptors: () => guarded(() => deepFreeze(native.readDescriptors())),
    pinUse: () => guarded(() => deepFreeze(native.pinUse())),
    readUpstreams: () => guarded(() => deepFreeze(native.readUpstreams())),
    readRecentClients: () => native.readRecentClients(),
    rememberList: (mark: ListMark) => guarded(() => native.rememberList(mark)),
    rememberedLists: () => guarded(() => native.rememberedLists()),
    forgetLists: (bundle: string, issuer: Uint8Array) =>
      guarded(() => native.forgetLists(bundle, issuer)),
    review: () => guarded(() => deepFreeze(native.review())),
    onReviewDue: (callback: () => void) => native.onReviewDue(callback),
    raiseClockFloor: (moment: number) => native.raiseClockFloor(moment),
    readClock: () => deepFreeze(native.readClock()),
    readLists: () => deepFreeze(native.readLists()),
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

/** inspectSent reads every certificate in PEM text or in one DER file, whatever its keys and signatures are. */
export function inspectSent(bytes: Uint8Array): readonly SentCertificate[] {
  return guarded(() => deepFreeze(addon().inspectSent(bytes)));
}

/** inspectAnchors reads every certificate in PEM text or in one DER file, also those that cannot be used. */
export function inspectAnchors(bytes: Uint8Array): readonly InspectedAnchor[] {
  return guarded(() => deepFreeze(addon().inspectAnchors(bytes)));
}

/** readCertificates cuts a file for certificates, PEM or DER; `path` is for the words of a problem. */
export function readCertificates(
  bytes: Uint8Array,
  place: CertificatePlace,
  path: string,
): CertificateFile {
  return guarded(() => Object.freeze(addon().readCertificates(bytes, place, path)));
}

/** readCertificateFile does so for an open, regular file. A private key in it stays native. Error: EngineError file-unreadable. */
export function readCertificateFile(
  fd: number,
  place: CertificatePlace,
  path: string,
): CertificateFile {
  return guarded(() => Object.freeze(addon().readCertificateFile(fd, place, path)));
}

/**
 * publicPartOf returns what an open, regular file for certificates holds; of one that is secret, or that has a private key in it,
 * its certificates alone, and undefined when it has none. Error: EngineError file-unreadable.
 */
export function publicPartOf(fd: number, isSecret: boolean): Buffer | undefined {
  return guarded(() => addon().publicPartOf(fd, isSecret)) ?? undefined;
}

/** problemOfLists says why a file for revocation lists cannot be cut into them; '' when it can. `path` is for the words. */
export function problemOfLists(bytes: Uint8Array, path: string): string {
  return guarded(() => addon().problemOfLists(bytes, path));
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

/** runDry runs one request, by the code that serves. Error: EngineError when an input cannot be used. */
export function runDry(request: DryRunRequest): DryRun {
  return guarded(() => deepFreeze(addon().runDry(request)));
}

/**
 * listedWriters says whom the access control list of a file or folder lets write, links not followed; null without a list.
 * Error: EngineError when it cannot be read.
 */
export function listedWriters(path: string): ListedWriters | null {
  return guarded(() => deepFreeze(addon().listedWriters(path, false)));
}

/** listedWritersOfNewFiles says it of the default list of a folder, which whatever is made in it gets. Error: as listedWriters. */
export function listedWritersOfNewFiles(folder: string): ListedWriters | null {
  return guarded(() => deepFreeze(addon().listedWriters(folder, true)));
}

/** isReaderGone says of a pipe, a socket or a terminal that nobody is left to read what would be written to it; of a file never. */
export function isReaderGone(descriptor: number): boolean {
  return guarded(() => addon().isReaderGone(descriptor));
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
