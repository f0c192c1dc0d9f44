/**
 * Owns the first start of a gateway: on the configuration file, or else on the last good configuration.
 */
import { resolve } from 'node:path';
import type { Issue } from '../document/issue.js';
import { type BoundListener, createGateway, type NativeGateway } from '../engine/native.js';
import { GatewayError, messageOf } from '../gateway-error.js';
import type { LastGood } from '../state/last-good.js';
import type { ListNumbers } from '../state/list-numbers.js';
import type { LogWriter } from '../telemetry/log-writer.js';
import { applyOrRefuse, attempt } from './attempt.js';
import { type Candidate, type Prepared, recoveredCandidate } from './candidate.js';
import { Refusal, refusalOf } from './refusal.js';
import { type Served, servedOf } from './served.js';

export interface FirstStartOptions {
  readonly configPath: string;
  readonly log: LogWriter;
  /** What is remembered of revocation lists: older ones are not served, whichever configuration names them. */
  readonly numbers: ListNumbers;
  /** Left out: nothing is kept, and nothing is there to go back to. */
  readonly lastGood?: LastGood;
  /** A broken configuration file is never replaced by the last good one. */
  readonly strict?: boolean;
}

interface Serving {
  readonly native: NativeGateway;
  readonly listeners: readonly BoundListener[];
  readonly candidate: Candidate;
  readonly served: Served;
  /** Of the native core. */
  readonly warnings: readonly Issue[];
}

export interface FirstStart extends Serving {
  readonly prepared: Prepared;
  /** Why the last good configuration serves and not the file; undefined when the file does. */
  readonly failure?: unknown;
}

function serveFirst(candidate: Candidate, numbers: ListNumbers): Serving {
  const served = servedOf(candidate);
  const native = createGateway();
  try {
    numbers.recall(native);
    const warnings = applyOrRefuse(native, candidate, numbers.folder);
    return { native, listeners: native.start(), candidate, served, warnings };
  } catch (thrown) {
    native.close();
    throw candidate.compiled === undefined ? thrown : refusalOf(candidate.compiled, thrown);
  }
}

async function serveLastGood(
  lastGood: LastGood,
  { configPath, numbers, log }: FirstStartOptions,
): Promise<Serving | undefined> {
  const recovered = await lastGood.recover(resolve(configPath));
  if (recovered === undefined) return undefined;
  try {
    const serving = serveFirst(await recoveredCandidate(recovered), numbers);
    // Without a line: what serves is not what the configuration file says.
    for (const { severity: level, code, at, found, expected } of serving.warnings) {
      log.control({ event: 'config-issue', level, code, at, found, expected });
    }
    return serving;
  } finally {
    await recovered.dispose(); // everything was read
  }
}

async function fallBack(options: FirstStartOptions): Promise<Serving | undefined> {
  const { lastGood, strict = false, log } = options;
  if (lastGood === undefined || strict) return undefined;
  try {
    return await serveLastGood(lastGood, options);
  } catch (thrown) {
    log.control({ event: 'last-good-refused', level: 'error', reason: messageOf(thrown) });
    return undefined;
  }
}

/**
 * startFirst serves. Errors: Refusal; GatewayError when the file cannot be read; EngineError when this machine or the build
 * is at fault, which no other configuration would mend.
 */
export async function startFirst(options: FirstStartOptions): Promise<FirstStart> {
  let serving: Serving | undefined;
  const { prepared, failure } = await attempt(options.configPath, (candidate) => {
    serving = serveFirst(candidate, options.numbers);
  });
  if (serving !== undefined) return { ...serving, prepared };
  if (!(failure instanceof Refusal || failure instanceof GatewayError)) throw failure;
  const fallback = await fallBack(options);
  if (fallback === undefined) throw failure;
  return { ...fallback, prepared, failure };
}
