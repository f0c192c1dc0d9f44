/**
 * Owns the first start of a gateway: on what its source has, or else on the last good configuration.
 */
import { createGateway, type NativeGateway } from '../engine/native.js';
import { GatewayError, messageOf } from '../gateway-error.js';
import type { ConfigSource } from '../sources/config-source.js';
import type { LastGood } from '../state/last-good.js';
import type { LastTime } from '../state/last-time.js';
import type { ListNumbers } from '../state/list-numbers.js';
import type { LogWriter } from '../telemetry/log-writer.js';
import { type Applied, apply, attempt, stage } from './attempt.js';
import { type Candidate, type FileCandidate, recoveredCandidate } from './candidate.js';
import type { Seen, Undone } from './prepare.js';
import { Refusal, refusalOf } from './refusal.js';

export interface FirstStartOptions {
  readonly source: ConfigSource;
  readonly log: LogWriter;
  /** What is remembered of revocation lists: older ones are not served, whichever configuration names them. */
  readonly numbers: ListNumbers;
  /** What is known to have passed. */
  readonly time: LastTime;
  /** Left out: nothing is kept, and nothing is there to go back to. */
  readonly lastGood?: LastGood;
  /** A broken configuration file is never replaced by the last good one. */
  readonly strict?: boolean;
}

/** Started is an attempt that a data plane of its own serves. */
export interface Started<C extends Candidate = Candidate> extends Applied<C> {
  readonly native: NativeGateway;
}

export interface FirstStart {
  readonly serving: Started;
  /** What became of what the source had: when it is undone, the last good configuration serves. */
  readonly attempted: Seen & (Applied<FileCandidate> | Undone);
}

type Remembered = Pick<FirstStartOptions, 'numbers' | 'time'>;

function startOn<C extends Candidate>(candidate: C, { numbers, time }: Remembered): Started<C> {
  const staged = stage(candidate);
  const native = createGateway();
  try {
    numbers.recall(native);
    time.recall(native);
    const applied = apply(staged, native, numbers.folder);
    native.start();
    return { ...applied, native };
  } catch (thrown) {
    native.close();
    throw candidate.compiled === undefined ? thrown : refusalOf(candidate.compiled, thrown);
  }
}

async function serveLastGood(
  lastGood: LastGood,
  options: FirstStartOptions,
): Promise<Started | undefined> {
  const recovered = await lastGood.recover(options.source.file);
  if (recovered === undefined) return undefined;
  try {
    const started = startOn(await recoveredCandidate(recovered), options);
    // Without a line: what serves is not what the configuration file says.
    for (const { severity: level, code, at, found, expected } of started.warnings) {
      options.log.control({ event: 'config-issue', level, code, at, found, expected });
    }
    return started;
  } finally {
    await recovered.dispose(); // everything was read
  }
}

async function fallBack(options: FirstStartOptions): Promise<Started | undefined> {
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
  const attempted = await attempt(options.source, (candidate) => startOn(candidate, options));
  if (attempted.state !== 'undone') return { serving: attempted, attempted };
  const { reason } = attempted;
  if (!(reason instanceof Refusal || reason instanceof GatewayError)) throw reason;
  const serving = await fallBack(options);
  if (serving === undefined) throw reason;
  return { serving, attempted };
}
