/**
 * Owns what there is to warn of while a configuration serves, as time passes: which warnings have come and which are over, each
 * with its place in the file, though nothing else is kept of the file.
 */
import { basename } from 'node:path';
import type { Issue } from '../document/issue.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { Applied } from './attempt.js';
import type { Candidate } from './candidate.js';
import { type PlacedIssue, placeIssues } from './placed-issues.js';

type Place = Pick<PlacedIssue, 'file' | 'line' | 'column'>;

/** Changed is what has come and what is over since the last look; `issues` are all that stand. */
export interface Changed {
  readonly issues: readonly PlacedIssue[];
  readonly begun: readonly PlacedIssue[];
  readonly over: readonly PlacedIssue[];
}

const certificatesOf = ({ listeners, upstreams }: Snapshot): readonly string[] => [
  ...listeners.flatMap(({ certificates }) => certificates.map(({ at }) => at)),
  ...upstreams.flatMap(({ tls }) => (tls?.certificate == null ? [] : [tls.certificate.at])),
];

// The pointers of warnings that come with time; '' is the clock's.
function pointersOf(snapshot: Snapshot): readonly string[] {
  const bundles = snapshot.trust.flatMap(({ at }) => [at, `${at}/ca`, `${at}/crl`]);
  const limits = snapshot.listeners.map(({ at }) => `${at}/limits/connections`);
  return ['', ...bundles, ...certificatesOf(snapshot), ...limits];
}

// What the clock says changes with every look; the warning is the same.
const sameness = ({ code, at, found }: PlacedIssue): string =>
  [code, at, found.replace(/the clock says [\d:TZ-]+/, '')].join('\n');

const without = (some: readonly PlacedIssue[], others: readonly PlacedIssue[]): PlacedIssue[] => {
  const known = new Set(others.map(sameness));
  return some.filter((one) => !known.has(sameness(one)));
};

export class StandingWarnings {
  readonly #places: ReadonlyMap<string, Place>;
  readonly #anywhere: Place;
  // Of the file: no time changes them.
  readonly #others: readonly PlacedIssue[];
  #native: readonly PlacedIssue[];

  /** `others` stand beside the warnings of the native core, `native`; `places` are by pointer. */
  constructor(
    others: readonly PlacedIssue[],
    native: readonly PlacedIssue[],
    places: ReadonlyMap<string, Place>,
  ) {
    this.#others = others;
    this.#native = native;
    this.#places = places;
    this.#anywhere = places.get('') ?? { file: '', line: 1, column: 1 };
  }

  /** renew takes what the native core warns of now. */
  renew(found: readonly Issue[]): Changed {
    const before = this.#native;
    this.#native = Object.freeze(found.map((one) => this.#placed(one)));
    return Object.freeze({
      issues: Object.freeze([...this.#others, ...this.#native]),
      begun: without(this.#native, before),
      over: without(before, this.#native),
    });
  }

  #placed({ severity, code, at, found, expected, fix }: Issue): PlacedIssue {
    const place = this.#places.get(at) ?? this.#anywhere;
    const words = fix === undefined ? { found, expected } : { found, expected, fix };
    return Object.freeze({ level: severity, code, ...place, at, ...words });
  }
}

/**
 * standingWarnings begins with those that an attempt was applied with; `issues` are all that was told of it. The last good
 * configuration has no file to be placed in.
 */
export function standingWarnings(
  { candidate: { compiled, snapshot }, warnings }: Applied<Candidate>,
  issues: readonly PlacedIssue[],
): StandingWarnings {
  if (compiled === undefined) {
    const standing = new StandingWarnings([], [], new Map());
    standing.renew(warnings);
    return standing;
  }
  const { file, source } = compiled;
  const native = placeIssues({ file, source, issues: warnings });
  const places = pointersOf(snapshot).map((at): [string, Place] => {
    const { line, column } = source.locate(at);
    return [at, { file: basename(file), line, column }];
  });
  return new StandingWarnings(without(issues, native), native, new Map(places));
}
