/**
 * Owns Candidate: a configuration that could serve, with what its files hold, whether they are a person's or those of the
 * last good configuration.
 */
import { IN_PLACE, type Locate } from '../config/material.js';
import { type CompiledFile, compileRevision } from '../snapshot/compile-file.js';
import type { Compared } from '../snapshot/differences.js';
import { encode } from '../snapshot/encode.js';
import { filesNamedBy, relocate } from '../snapshot/public-files.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { Revision } from '../sources/config-source.js';
import { digestOf, type FileContents, readContents } from '../state/file-contents.js';
import type { Recovered } from '../state/last-good.js';
import { Refusal } from './refusal.js';

export type Accepted = CompiledFile & { readonly ok: true };

export interface Candidate extends Compared {
  /** What the data plane gets. */
  readonly document: string;
  readonly contents: readonly FileContents[];
  /** Where its files are. */
  readonly locate: Locate;
  /** What its source calls it; '' for a file, and for the last good configuration. */
  readonly version: string;
  /** The file as it was compiled; undefined for the last good configuration. */
  readonly compiled?: Accepted;
  /** For the last good configuration: when it was kept (Unix milliseconds). */
  readonly keptAt?: number;
  /** For the last good configuration: as Recovered.isOvertaken. */
  readonly isOvertaken?: boolean;
}

/** FileCandidate is one that its source has now. */
export type FileCandidate = Candidate & { readonly compiled: Accepted };

const listDigests = (contents: readonly FileContents[]): ReadonlyMap<string, string> =>
  new Map(contents.filter(({ kind }) => kind === 'lists').map((one) => [one.path, digestOf(one)]));

// The data plane opens files where they are; people read of them by the paths that they wrote.
const documentBy = (locate: Locate, { snapshot, document }: Accepted): string =>
  locate === IN_PLACE ? document : encode(relocate(snapshot, locate));

/** candidateOf reads what a compiled revision names. Errors: as readFile. */
export async function candidateOf(
  compiled: Accepted,
  { locate, version }: Pick<Revision, 'locate' | 'version'>,
): Promise<FileCandidate> {
  const { snapshot, operation } = compiled;
  const contents = await readContents(filesNamedBy(snapshot), locate);
  return Object.freeze({
    compiled,
    snapshot,
    document: documentBy(locate, compiled),
    operation,
    contents,
    locate,
    version,
    lists: listDigests(contents),
  });
}

async function compiledAgain({ kept, locate }: Recovered) {
  if (!('text' in kept)) return kept;
  const revision = { text: kept.text, version: '', locate, exposed: async () => [] };
  const compiled = await compileRevision(kept.config, revision);
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
  const { locate, isOvertaken } = recovered;
  const document = encode(relocate(snapshot, locate));
  const lists = listDigests(contents);
  const found = { snapshot, document, operation, contents, keptAt, isOvertaken, lists };
  return Object.freeze({ ...found, locate, version: '' });
}
