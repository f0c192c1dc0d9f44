/**
 * Owns one attempt to serve the configuration file: prepared, then handed to the data plane. A file that changes between the
 * two is no failure: the attempt begins again.
 */
import type { Issue } from '../document/issue.js';
import type { NativeGateway } from '../engine/native.js';
import { GatewayError } from '../gateway-error.js';
import { type Candidate, type Prepared, prepare } from './candidate.js';
import { withForgetCommand } from './forget-command.js';
import { fromNative, Refusal } from './refusal.js';

const MOST_TRIES = 5;
const PAUSE_MS = 100;

/** Attempt is what came of it: it serves when there is no failure. */
export interface Attempt {
  readonly prepared: Prepared;
  /** A Refusal or GatewayError of the files; anything else is the machine's fault or a bug. */
  readonly failure?: unknown;
}

/**
 * applyOrRefuse hands a candidate to the data plane, and returns the warnings. `stateFolder` is of a gateway that is lost when this
 * fails. Errors: Refusal; GatewayError for the last good configuration.
 */
export function applyOrRefuse(
  native: NativeGateway,
  { document, compiled }: Candidate,
  stateFolder?: string,
): readonly Issue[] {
  const found = native.apply(document).map(fromNative);
  const isServed = found.every(({ severity }) => severity === 'warning');
  const issues = found.map((one) => withForgetCommand(one, isServed ? undefined : stateFolder));
  if (isServed) return issues;
  if (compiled !== undefined) throw new Refusal(compiled, issues);
  const why = issues.map(({ at, found, fix }) => [`${at}: ${found}`, fix ?? []].flat().join('; '));
  throw new GatewayError('state-unusable', `it does not serve any more: ${why.join('; ')}`);
}

const isInterrupted = (failure: unknown): boolean =>
  failure instanceof Refusal && failure.issues.some(({ code }) => code === 'file-changed');

function tryOnce(prepared: Prepared, serve: (candidate: Candidate) => void): Attempt {
  try {
    if (!prepared.ok) return { prepared, failure: prepared.reason };
    serve(prepared.candidate);
    return { prepared };
  } catch (failure) {
    return { prepared, failure };
  }
}

/** attempt tries to serve the file at `path`; `serve` throws when it cannot. */
export async function attempt(
  path: string,
  serve: (candidate: Candidate) => void,
): Promise<Attempt> {
  for (let tries = 1; ; tries++) {
    const made = tryOnce(await prepare(path), serve);
    if (!isInterrupted(made.failure) || tries === MOST_TRIES) return made;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
