/**
 * Owns Candidate: a configuration that could serve, with what its files hold; and the way to one from a configuration file,
 * or from the last good one.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readText } from '../config/load.js';
import { fileProblem } from '../config/material.js';
import { withoutMark } from '../config/source.js';
import { sha256 } from '../engine/native.js';
import { GatewayError, messageOf } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { type CompiledFile, compileFile, compileText } from '../snapshot/compile-file.js';
import type { Compared } from '../snapshot/differences.js';
import { encode } from '../snapshot/encode.js';
import { type PublicFile, publicFiles, relocate } from '../snapshot/public-files.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { Recovered } from '../state/last-good.js';
import { digestOf, type Material, readMaterial, stampOf } from '../state/material.js';
import { Refusal } from './refusal.js';

export type Accepted = CompiledFile & { readonly ok: true };

export interface Candidate extends Compared {
  /** What the data plane gets. */
  readonly document: string;
  readonly material: readonly Material[];
  /** The file as it was compiled; undefined for the last good configuration. */
  readonly compiled?: Accepted;
  /** For the last good configuration: when it was kept (Unix milliseconds). */
  readonly keptAt?: number;
}

/** Prepared is what became of the files at one moment. */
export type Prepared = {
  /** The same when nothing is different that could lead to another outcome. */
  readonly fingerprint: string;
  /** again tells the fingerprint that the files would have now. It compiles only what did not compile before. */
  readonly again: () => Promise<string>;
  /** Everything that decides about the outcome; absolute paths. */
  readonly files: readonly string[];
} & (
  | { readonly ok: true; readonly candidate: Candidate & { readonly compiled: Accepted } }
  | { readonly ok: false; readonly reason: Refusal | GatewayError }
);

function fingerprintOf(...parts: readonly string[]): string {
  return sha256(Buffer.from(parts.map((part) => `${part.length} ${part}`).join('')));
}

const listDigests = (material: readonly Material[]): ReadonlyMap<string, string> =>
  new Map(material.filter(({ kind }) => kind === 'lists').map((one) => [one.path, digestOf(one)]));

async function candidateOf(compiled: Accepted): Promise<Candidate & { compiled: Accepted }> {
  const { snapshot, document, operation } = compiled;
  const material = await readMaterial(publicFiles(snapshot));
  return Object.freeze({
    compiled,
    snapshot,
    document,
    operation,
    material,
    lists: listDigests(material),
  });
}

// Of keys nothing is read: what stat(2) tells has to do.
function stamped({ file, files }: Accepted, material: readonly Material[]): readonly string[] {
  const read = new Set([file, ...material.map(({ path }) => path)]);
  return files.filter((path) => !read.has(path));
}

// What a configuration compiles to is a function of its text and of these files.
async function contentsOf(
  text: string,
  material: readonly Material[],
  others: readonly string[],
): Promise<string> {
  const stamps = await Promise.all(others.map(stampOf));
  return fingerprintOf(text, ...material.map(digestOf), ...stamps);
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
      return await contentsOf(text, await readMaterial(publics), others);
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
  return { ok: false, reason, files, fingerprint, again: compilingAgain(file) };
}

// A file was there when the configuration was compiled, and is not any more.
function vanished({ file, files, source }: Accepted, error: unknown): Prepared {
  const { path } = error as NodeJS.ErrnoException;
  const why = `${literal(path ?? 'a file')}: ${fileProblem(error)}`;
  const reason = new GatewayError('file-unreadable', why, { cause: error });
  const fingerprint = fingerprintOf(source.text, why);
  return { ok: false, reason, files, fingerprint, again: compilingAgain(file) };
}

async function accepted(compiled: Accepted): Promise<Prepared> {
  const candidate = await candidateOf(compiled);
  const { material } = candidate;
  const others = stamped(compiled, material);
  const publics = material.map(({ path, kind }) => ({ path, kind }));
  const { file, files, source } = compiled;
  const fingerprint = await contentsOf(source.text, material, others);
  return { ok: true, candidate, files, fingerprint, again: againWith(file, publics, others) };
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
    return { ok: false, reason: error, files, fingerprint, again: compilingAgain(path) };
  }
  if (!compiled.ok) return refused(compiled);
  try {
    return await accepted(compiled);
  } catch (error) {
    return vanished(compiled, error);
  }
}

async function compiledAgain({ kept, locate }: Recovered) {
  if (!('text' in kept)) return kept;
  const compiled = await compileText(kept.text, kept.config, locate);
  if (compiled.ok) return compiled;
  throw new Refusal(compiled, compiled.issues);
}

/**
 * recoveredCandidate is the last good configuration, or what `partOf` leaves of it. Error: Refusal when this version does not take
 * it as it was kept.
 */
export async function recoveredCandidate(
  recovered: Recovered,
  partOf: (snapshot: Snapshot) => Snapshot = (whole) => whole,
): Promise<Candidate> {
  const { snapshot: whole, operation } = await compiledAgain(recovered);
  const snapshot = partOf(whole);
  const { material, keptAt } = recovered.kept;
  const document = encode(relocate(snapshot, recovered.locate));
  const lists = listDigests(material);
  return Object.freeze({ snapshot, document, operation, material, keptAt, lists });
}
