/**
 * Owns Served: what is remembered of the configuration that serves, to tell what the next one changes and what is in force.
 */
import {
  type CertificateIdentity,
  inspectAnchors,
  inspectCertificates,
  readCertificates,
} from '../engine/native.js';
import { type Compared, type Difference, differences, inWords } from '../snapshot/differences.js';
import { encode } from '../snapshot/encode.js';
import { publicFiles } from '../snapshot/public-files.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import {
  type StartSettings,
  startSettings,
  type Waiting,
  waitingFor,
} from '../snapshot/start-settings.js';
import type { Candidate } from './candidate.js';

/** CertificateInForce is a certificate of this gateway, or of an authority that it trusts. Times are Unix seconds. */
export interface CertificateInForce {
  /** Of a listener; shown to a service; of a trust bundle. */
  readonly role: 'server' | 'client' | 'authority';
  readonly path: string;
  readonly subject: string;
  readonly sha256: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface Served extends Pick<Candidate, 'operation' | 'lists' | 'keptAt' | 'version'> {
  readonly origin: 'live' | 'last-good';
  /** It is an older one than the last that served, which could not be kept. */
  readonly isOvertaken: boolean;
  /** Unix milliseconds. */
  readonly since: number;
  /** What a reload does not change, as the process was started with it. */
  readonly started: StartSettings;
  /** What it says instead, which counts at the next start. */
  readonly waiting: readonly Waiting[];
  readonly certificates: readonly CertificateInForce[];
  // As text: the objects of ten thousand routes would take several times its room.
  readonly document: string;
}

// Of a server's chain the first is its own; the rest is only sent.
function ownOf(file: Uint8Array): readonly CertificateIdentity[] {
  const [own] = readCertificates(file, 'own', '').certificates;
  return own === undefined ? [] : inspectCertificates(own);
}

function certificatesOf({ snapshot, contents }: Candidate): readonly CertificateInForce[] {
  const servers = new Set(publicFiles(snapshot.listeners).map(({ path }) => path));
  const shown = new Set(publicFiles(snapshot.upstreams).map(({ path }) => path));
  const files = contents.filter(({ kind }) => kind === 'certificates');
  return files.flatMap(({ path, parts }) => {
    const isServer = servers.has(path);
    const isOwn = isServer || shown.has(path);
    const bytes = parts.flatMap((part) => part.bytes);
    // An authority that cannot be used is not in force.
    const inForce = isOwn
      ? bytes.flatMap(ownOf)
      : bytes.flatMap((one) => inspectAnchors(one)).filter(({ problem }) => problem === '');
    return inForce.map((one) =>
      Object.freeze({
        role: isServer ? 'server' : isOwn ? 'client' : 'authority',
        path,
        subject: one.subject,
        sha256: one.sha256,
        notBefore: one.notBefore,
        notAfter: one.notAfter,
      }),
    );
  });
}

/** servedOf takes what is to be remembered of a candidate that serves from now on; `before` served, unless this is a start. */
export function servedOf(candidate: Candidate, before?: Served): Served {
  const { snapshot, operation, lists, keptAt, compiled, version } = candidate;
  const { isOvertaken = false } = candidate;
  const configured = startSettings(candidate);
  const started = before?.started ?? configured;
  return Object.freeze({
    origin: compiled === undefined ? 'last-good' : 'live',
    isOvertaken,
    since: Date.now(),
    started,
    waiting: waitingFor(started, configured),
    certificates: certificatesOf(candidate),
    document: compiled?.document ?? encode(snapshot),
    operation,
    lists,
    version,
    ...(keptAt === undefined ? {} : { keptAt }),
  });
}

const MOST_CHANGES = 50;

/** wordsFor writes differences, at most some of them. */
export function wordsFor(found: readonly Difference[]): readonly string[] {
  const words = found.slice(0, MOST_CHANGES).map(inWords);
  const more = found.length - words.length;
  return Object.freeze(more > 0 ? [...words, `and ${more} more`] : words);
}

const subjectsOf = (certificates: readonly CertificateInForce[]): ReadonlyMap<string, string> =>
  new Map(certificates.map(({ sha256, subject }) => [sha256, subject]));

/** comparedOf is a candidate as one of two sides. */
export function comparedOf(candidate: Candidate): Compared {
  return { ...candidate, subjects: subjectsOf(certificatesOf(candidate)) };
}

/** changesSince says in words what a candidate changes. */
export function changesSince(served: Served, candidate: Candidate): readonly string[] {
  const { operation, lists, started } = served;
  const snapshot = JSON.parse(served.document) as Snapshot;
  const subjects = subjectsOf(served.certificates);
  const before = { snapshot, operation, lists, subjects, started };
  return wordsFor(differences(before, comparedOf(candidate)));
}
