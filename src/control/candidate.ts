/**
 * Owns Candidate: a configuration that could serve, with what its files hold; and the way to one from a configuration file,
 * or from the last good one.
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { fileProblem } from '../config/material.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { type CompiledFile, compileFile } from '../snapshot/compile-file.js';
import type { Compared } from '../snapshot/differences.js';
import { publicFiles } from '../snapshot/public-files.js';
import type { Recovered } from './last-good.js';
import { digestOf, type Material, readMaterial, stampOf } from './material.js';
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
  /** Everything that decides about the outcome; absolute paths. */
  readonly files: readonly string[];
} & (
  | { readonly ok: true; readonly candidate: Candidate & { readonly compiled: Accepted } }
  | { readonly ok: false; readonly reason: Refusal | GatewayError }
);

function fingerprintOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length} ${part}`);
  return hash.digest('hex');
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
async function stampsOf(compiled: Accepted, material: readonly Material[]): Promise<string[]> {
  const read = new Set([compiled.file, ...material.map(({ path }) => path)]);
  const others = compiled.files.filter((path) => !read.has(path));
  return Promise.all(others.map(stampOf));
}

function refused(compiled: CompiledFile): Prepared {
  const { files, source, issues } = compiled;
  const fingerprint = fingerprintOf(source.text, JSON.stringify(issues));
  return { ok: false, reason: new Refusal(compiled, issues), files, fingerprint };
}

// A file was there when the configuration was compiled, and is not any more.
function vanished({ files, source }: Accepted, error: unknown): Prepared {
  const { path } = error as NodeJS.ErrnoException;
  const why = `${literal(path ?? 'a file')}: ${fileProblem(error)}`;
  const reason = new GatewayError('file-unreadable', why, { cause: error });
  return { ok: false, reason, files, fingerprint: fingerprintOf(source.text, why) };
}

/** prepare compiles the configuration file and reads what it names. Reasons not to serve are returned, not thrown. */
export async function prepare(path: string): Promise<Prepared> {
  let compiled: CompiledFile;
  try {
    compiled = await compileFile(path);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const fingerprint = fingerprintOf(error.message);
    return { ok: false, reason: error, files: [resolve(path)], fingerprint };
  }
  if (!compiled.ok) return refused(compiled);
  try {
    const candidate = await candidateOf(compiled);
    const stamps = await stampsOf(compiled, candidate.material);
    const lists = JSON.stringify([...candidate.lists]);
    const { text } = compiled.source;
    const fingerprint = fingerprintOf(text, compiled.document, lists, ...stamps);
    return { ok: true, candidate, files: compiled.files, fingerprint };
  } catch (error) {
    return vanished(compiled, error);
  }
}

/** recoveredCandidate is the last good configuration. */
export function recoveredCandidate({ kept, document }: Recovered): Candidate {
  const { snapshot, operation, material, keptAt } = kept;
  return Object.freeze({
    snapshot,
    document,
    operation,
    material,
    keptAt,
    lists: listDigests(material),
  });
}
