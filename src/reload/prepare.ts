/**
 * Owns the first step of an attempt to serve what a source has: it is compiled, what it names is read, and how the files
 * were then is remembered.
 */
import { fileProblem } from '../config/material.js';
import { withoutMark } from '../config/source.js';
import { sha256 } from '../engine/native.js';
import { GatewayError, messageOf } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { type CompiledFile, compileRevision } from '../snapshot/compile-file.js';
import { filesNamedBy } from '../snapshot/public-files.js';
import type { ConfigSource, Revision } from '../sources/config-source.js';
import {
  digestOf,
  type FileContents,
  type Named,
  readContents,
  stampOf,
} from '../state/file-contents.js';
import { type Accepted, candidateOf, type FileCandidate } from './candidate.js';
import { Refusal } from './refusal.js';

/** Seen is how the files were that an attempt began with. */
export interface Seen {
  /** The same when nothing is different that could lead to another outcome. */
  readonly fingerprint: string;
  /** again tells the fingerprint that the files would have now. It compiles only what did not compile before. */
  readonly again: () => Promise<string>;
  /** Every file that decides about the outcome, as far as it is known, beside what is the source’s own; absolute paths. */
  readonly files: readonly string[];
}

/** Undone is an attempt that changed nothing. */
export interface Undone {
  readonly state: 'undone';
  /** A Refusal or GatewayError of the files; anything else is the machine's fault or a bug. */
  readonly reason: unknown;
}

/** Prepared is an attempt whose files were read: there is a candidate, or it ends here. */
export type Prepared = Seen &
  (
    | { readonly state: 'prepared'; readonly candidate: FileCandidate }
    | (Undone & { readonly reason: Refusal | GatewayError })
  );

/** seenOf keeps no more of an attempt: the rest would keep alive all that was compiled. */
export const seenOf = ({ fingerprint, again, files }: Seen): Seen =>
  Object.freeze({ fingerprint, again, files });

function fingerprintOf(...parts: readonly string[]): string {
  return sha256(Buffer.from(parts.map((part) => `${part.length} ${part}`).join('')));
}

// What a configuration compiles to is a function of its text and of these files.
async function fingerprintNow(
  { text, version }: Revision,
  contents: readonly FileContents[],
  secrets: readonly string[],
): Promise<string> {
  // Of secrets nothing is read: what stat(2) tells has to do.
  const stamps = await Promise.all(secrets.map(stampOf));
  return fingerprintOf(withoutMark(text), version, ...contents.map(digestOf), ...stamps);
}

// again holds names only: what the files held, and what they compiled to, may be large.
function againWith(source: ConfigSource, named: Named) {
  return async (): Promise<string> => {
    try {
      const revision = await source.read();
      const contents = await readContents(named, revision.locate);
      return await fingerprintNow(revision, contents, named.secrets);
    } catch (error) {
      return `unreadable: ${messageOf(error)}`;
    }
  };
}

const compilingAgain = (source: ConfigSource) => async () => (await prepare(source)).fingerprint;

function refused(source: ConfigSource, { version }: Revision, compiled: CompiledFile): Prepared {
  const { files, issues } = compiled;
  const fingerprint = fingerprintOf(compiled.source.text, version, JSON.stringify(issues));
  const reason = new Refusal(compiled, issues);
  return { state: 'undone', reason, files, fingerprint, again: compilingAgain(source) };
}

// A file was there when the configuration was compiled, and is not any more.
function vanished(
  source: ConfigSource,
  { version }: Revision,
  compiled: Accepted,
  error: unknown,
): Prepared {
  const { path } = error as NodeJS.ErrnoException;
  const why = `${literal(path ?? 'a file')}: ${fileProblem(error)}`;
  const reason = new GatewayError('file-unreadable', why, { cause: error });
  const fingerprint = fingerprintOf(compiled.source.text, version, why);
  const { files } = compiled;
  return { state: 'undone', reason, files, fingerprint, again: compilingAgain(source) };
}

async function accepted(
  source: ConfigSource,
  revision: Revision,
  compiled: Accepted,
): Promise<Prepared> {
  const candidate = await candidateOf(compiled, revision);
  const named = filesNamedBy(compiled.snapshot);
  const fingerprint = await fingerprintNow(revision, candidate.contents, named.secrets);
  return {
    state: 'prepared',
    candidate,
    files: compiled.files,
    fingerprint,
    again: againWith(source, named),
  };
}

/** prepare compiles what a source has now, and reads what it names. Reasons not to serve are returned, not thrown. */
export async function prepare(source: ConfigSource): Promise<Prepared> {
  let revision: Revision;
  let compiled: CompiledFile;
  try {
    revision = await source.read();
    compiled = await compileRevision(source.file, revision);
  } catch (reason) {
    if (!(reason instanceof GatewayError)) throw reason;
    const fingerprint = fingerprintOf(reason.message);
    return { state: 'undone', reason, files: [], fingerprint, again: compilingAgain(source) };
  }
  if (!compiled.ok) return refused(source, revision, compiled);
  try {
    return await accepted(source, revision, compiled);
  } catch (error) {
    return vanished(source, revision, compiled, error);
  }
}
