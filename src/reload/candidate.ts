/**
 * Owns Candidate: a configuration that could serve, with what its files hold, whether they are a person's or those of the
 * last good configuration.
 */
import { type CompiledFile, compileText } from '../snapshot/compile-file.js';
import type { Compared } from '../snapshot/differences.js';
import { encode } from '../snapshot/encode.js';
import { publicFiles, relocate } from '../snapshot/public-files.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { digestOf, type FileContents, readContents } from '../state/file-contents.js';
import type { Recovered } from '../state/last-good.js';
import { Refusal } from './refusal.js';

export type Accepted = CompiledFile & { readonly ok: true };

export interface Candidate extends Compared {
  /** What the data plane gets. */
  readonly document: string;
  readonly contents: readonly FileContents[];
  /** The file as it was compiled; undefined for the last good configuration. */
  readonly compiled?: Accepted;
  /** For the last good configuration: when it was kept (Unix milliseconds). */
  readonly keptAt?: number;
}

/** FileCandidate is one of a configuration file. */
export type FileCandidate = Candidate & { readonly compiled: Accepted };

const listDigests = (contents: readonly FileContents[]): ReadonlyMap<string, string> =>
  new Map(contents.filter(({ kind }) => kind === 'lists').map((one) => [one.path, digestOf(one)]));

/** candidateOf reads what a compiled configuration names. Errors: as readFile. */
export async function candidateOf(compiled: Accepted): Promise<FileCandidate> {
  const { snapshot, document, operation } = compiled;
  const contents = await readContents(publicFiles(snapshot));
  return Object.freeze({
    compiled,
    snapshot,
    document,
    operation,
    contents,
    lists: listDigests(contents),
  });
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
  const { contents, keptAt } = recovered.kept;
  const document = encode(relocate(snapshot, recovered.locate));
  const lists = listDigests(contents);
  return Object.freeze({ snapshot, document, operation, contents, keptAt, lists });
}
