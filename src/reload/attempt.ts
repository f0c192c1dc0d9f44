/**
 * Owns an attempt to serve a configuration, which goes from state to state: prepared (prepare.ts), staged, applied, committed;
 * or it is undone, and nothing has changed for anybody. A start and a reload go the same way.
 */
import type { Issue } from '../document/issue.js';
import {
  cryptoProvider,
  type NativeGateway,
  type NativeIssue,
  reviewRoutes,
} from '../engine/native.js';
import { GatewayError, messageOf } from '../gateway-error.js';
import type { ConfigSource } from '../sources/config-source.js';
import type { Candidate, FileCandidate } from './candidate.js';
import { findingsOf } from './findings.js';
import type { ReloadOutcome, Trigger } from './outcome.js';
import { placeIssues } from './placed-issues.js';
import { type Prepared, prepare, type Seen, seenOf, type Undone } from './prepare.js';
import { fromNative, otherProvider, Refusal } from './refusal.js';
import { changesSince, type Served, servedOf } from './served.js';

const MOST_TRIES = 5;
const PAUSE_MS = 100;

/** Staged is an attempt of which everything is worked out that may fail while nobody notices. */
export interface Staged<C extends Candidate> {
  readonly state: 'staged';
  readonly candidate: C;
  /** What is remembered of it once it serves. */
  readonly served: Served;
  /** What it changes, in words. */
  readonly changes: readonly string[];
}

/** Applied is an attempt by which the data plane decides. */
export interface Applied<C extends Candidate> extends Omit<Staged<C>, 'state'> {
  readonly state: 'applied';
  /** Of the native core. */
  readonly warnings: readonly Issue[];
}

/** stage works out what a candidate changes; nothing, when none served `before`. */
export function stage<C extends Candidate>(candidate: C, before?: Served): Staged<C> {
  const served = servedOf(candidate, before);
  const changes = before === undefined ? [] : changesSince(before, candidate);
  return { state: 'staged', candidate, served, changes };
}

// What was kept has no file whose lines could be told.
const withoutLine = ({ at, found, fix }: Issue): string =>
  [at === '' ? found : `${at}: ${found}`, ...(fix === undefined ? [] : [fix])].join('; ');

// The data plane knows which library it uses; which one the file asks for is known here.
function worded(one: NativeIssue, { snapshot }: Candidate, stateFolder: string | undefined): Issue {
  return one.code === 'crypto-provider-fixed'
    ? otherProvider(snapshot.cryptoProvider, cryptoProvider().name)
    : fromNative(one, stateFolder);
}

function applyDocument(
  native: NativeGateway,
  candidate: Candidate,
  stateFolder: string | undefined,
): readonly Issue[] {
  const { document, compiled } = candidate;
  const found = native.apply(document);
  const isServed = found.every(({ severity }) => severity === 'warning');
  const issues = found.map((one) => worded(one, candidate, isServed ? undefined : stateFolder));
  if (isServed) return issues;
  if (compiled !== undefined) throw new Refusal(compiled, issues);
  const why = issues.filter(({ severity }) => severity === 'error').map(withoutLine);
  throw new GatewayError('state-unusable', `it can no longer be served: ${why.join('; ')}`);
}

/**
 * apply has the data plane decide by what was staged. `stateFolder` is of a gateway that is lost when this fails. Errors:
 * Refusal; GatewayError for the last good configuration. What served before serves then.
 */
export function apply<C extends Candidate>(
  staged: Staged<C>,
  native: NativeGateway,
  stateFolder?: string,
): Applied<C> {
  const warnings = applyDocument(native, staged.candidate, stateFolder);
  return { ...staged, state: 'applied', warnings };
}

/** committed is what there is to tell of an attempt that serves, as `generation`. */
export function committed(
  trigger: Trigger,
  generation: number,
  { candidate: { compiled }, changes, warnings }: Applied<FileCandidate>,
): ReloadOutcome {
  const { file, source } = compiled;
  const found = findingsOf(compiled, warnings, reviewRoutes);
  const issues = placeIssues({ file, source, issues: found });
  const time = Date.now();
  return Object.freeze({ ok: true, trigger, time, generation, changes, reason: '', issues });
}

/** undone is what there is to tell of an attempt that changed nothing: `generation` serves as before. */
export function undone(
  trigger: Trigger,
  generation: number,
  { reason: thrown }: Undone,
): ReloadOutcome {
  const issues = thrown instanceof Refusal ? placeIssues(thrown) : [];
  const [reason, time] = [messageOf(thrown), Date.now()];
  return Object.freeze({ ok: false, trigger, time, generation, changes: [], reason, issues });
}

const isInterrupted = (made: Undone | Applied<FileCandidate>): boolean =>
  made.state === 'undone' &&
  made.reason instanceof Refusal &&
  made.reason.issues.some(({ code }) => code === 'file-changed');

function tryOnce<A extends Applied<FileCandidate>>(
  prepared: Prepared,
  serve: (candidate: FileCandidate) => A,
): Seen & (A | Undone) {
  if (prepared.state === 'undone') return prepared;
  const seen = seenOf(prepared);
  try {
    return { ...seen, ...serve(prepared.candidate) };
  } catch (reason) {
    return { ...seen, state: 'undone', reason };
  }
}

/**
 * attempt prepares what `source` has and has `serve` stage and apply it, which throws when it cannot. A file that changes
 * between the two is no failure: the attempt begins again.
 */
export async function attempt<A extends Applied<FileCandidate>>(
  source: ConfigSource,
  serve: (candidate: FileCandidate) => A,
): Promise<Seen & (A | Undone)> {
  for (let tries = 1; ; tries++) {
    const made = tryOnce(await prepare(source), serve);
    if (!isInterrupted(made) || tries === MOST_TRIES) return made;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
