/**
 * Owns the first step of an attempt to serve a configuration file: it is compiled, what it names is read, and how the files
 * were then is remembered.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readText } from '../config/load.js';
import { fileProblem } from '../config/material.js';
import { withoutMark } from '../config/source.js';
import { sha256 } from '../engine/native.js';
import { GatewayError, messageOf } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { type CompiledFile, compileFile } from '../snapshot/compile-file.js';
import type { PublicFile } from '../snapshot/public-files.js';
import { digestOf, type FileContents, readContents, stampOf } from '../state/file-contents.js';
import { type Accepted, candidateOf, type FileCandidate } from './candidate.js';
import { Refusal } from './refusal.js';

/** Seen is how the files were that an attempt began with. */
export interface Seen {
  /** The same when nothing is different that could lead to another outcome. */
  readonly fingerprint: string;
  /** again tells the fingerprint that the files would have now. It compiles only what did not compile before. */
  readonly again: () => Promise<string>;
  /** Everything that decides about the outcome; absolute paths. */
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

// Of keys nothing is read: what stat(2) tells has to do.
function stamped({ file, files }: Accepted, contents: readonly FileContents[]): readonly string[] {
  const read = new Set([file, ...contents.map(({ path }) => path)]);
  return files.filter((path) => !read.has(path));
}

// What a configuration compiles to is a function of its text and of these files.
async function fingerprintNow(
  text: string,
  contents: readonly FileContents[],
  others: readonly string[],
): Promise<string> {
  const stamps = await Promise.all(others.map(stampOf));
  return fingerprintOf(text, ...contents.map(digestOf), ...stamps);
}

// A pipe in place of the configuration file would be waited for without end, and a device read without end.
async function requireRegular(path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined); // reading it says why
  if (stats === undefined || stats.isFile()) return;
  throw new GatewayError('file-unreadable', `${literal(resolve(path))}: not a regular file`);
}

// again holds names only: what the files held, and what they compiled to, may be large.
function againWith(file: string, publics: readonly PublicFile[], others: readonly string[]) {
  return async (): Promise<string> => {
    try {
      await requireRegular(file);
      const text = withoutMark(await readText(file));
      return await fingerprintNow(text, await readContents(publics), others);
    } catch (error) {
      return `unreadable: ${messageOf(error)}`;
    }
  };
}

const compilingAgain = (path: string) => async () => (await prepare(path)).fingerprint;

function refused(compiled: CompiledFile): Prepared {
  const { file, files, source, issues } = compiled;
  const fingerprint = fingerprintOf(source.text, JSON.stringify(issues));
  const reason = new Refusal(compiled, issues);
  return { state: 'undone', reason, files, fingerprint, again: compilingAgain(file) };
}

// A file was there when the configuration was compiled, and is not any more.
function vanished({ file, files, source }: Accepted, error: unknown): Prepared {
  const { path } = error as NodeJS.ErrnoException;
  const why = `${literal(path ?? 'a file')}: ${fileProblem(error)}`;
  const reason = new GatewayError('file-unreadable', why, { cause: error });
  const fingerprint = fingerprintOf(source.text, why);
  return { state: 'undone', reason, files, fingerprint, again: compilingAgain(file) };
}

async function accepted(compiled: Accepted): Promise<Prepared> {
  const candidate = await candidateOf(compiled);
  const { contents } = candidate;
  const others = stamped(compiled, contents);
  const publics = contents.map(({ path, kind }) => ({ path, kind }));
  const { file, files, source } = compiled;
  const fingerprint = await fingerprintNow(source.text, contents, others);
  return {
    state: 'prepared',
    candidate,
    files,
    fingerprint,
    again: againWith(file, publics, others),
  };
}

/** prepare compiles the configuration file and reads what it names. Reasons not to serve are returned, not thrown. */
export async function prepare(path: string): Promise<Prepared> {
  let compiled: CompiledFile;
  try {
    await requireRegular(path);
    compiled = await compileFile(path);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const fingerprint = fingerprintOf(error.message);
    const files = [resolve(path)];
    return { state: 'undone', reason: error, files, fingerprint, again: compilingAgain(path) };
  }
  if (!compiled.ok) return refused(compiled);
  try {
    return await accepted(compiled);
  } catch (error) {
    return vanished(compiled, error);
  }
}
