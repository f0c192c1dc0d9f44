/**
 * Owns what a gateway says about its life, in the log and to the service manager, in the same words.
 */

import {
  type BoundListener,
  type ClockReading,
  type CryptoProviderInUse,
  cryptoProvider,
} from '../engine/native.js';
import { messageOf } from '../gateway-error.js';
import type { LogWriter } from '../telemetry/log-writer.js';
import { momentText, timestamp } from '../timestamp.js';
import type { ReloadOutcome } from './outcome.js';
import type { PlacedIssue } from './placed-issues.js';
import type { Served } from './served.js';
import type { ServiceManager } from './service-manager.js';
import type { Changed } from './standing-warnings.js';

export interface AnnouncerOptions {
  readonly log: LogWriter;
  readonly service: ServiceManager;
  /** Left out: what the native core says. */
  readonly cryptoProvider?: () => CryptoProviderInUse;
}

const OVERTAKEN =
  'a later configuration has served that could not be kept: clients, pins and rights that it removed may be back; mend the configuration file';

const dateOf = (time: number | undefined): string =>
  time === undefined ? 'an unknown date' : timestamp(time);

export class Announcer {
  readonly #log: LogWriter;
  readonly #service: ServiceManager;
  readonly #cryptoProvider: () => CryptoProviderInUse;
  #listeners: readonly BoundListener[] = [];

  constructor(options: AnnouncerOptions) {
    const { log, service } = options;
    this.#cryptoProvider = options.cryptoProvider ?? cryptoProvider;
    this.#log = log;
    this.#service = service;
  }

  /** serving tells that a gateway has started; `outcome` is that of the configuration file. */
  serving(listeners: readonly BoundListener[], outcome: ReloadOutcome, served: Served): void {
    this.#issues(outcome.issues);
    const { name: provider, library, reason, isFallback } = this.#cryptoProvider();
    const event = { event: 'crypto-provider', provider, library, reason } as const;
    this.#log.control(isFallback ? { ...event, level: 'warning' } : event);
    this.#listening(listeners);
    if (served.origin === 'last-good') this.#servingLastGood(outcome, served);
    const { origin: config } = served;
    const version = served.version || undefined;
    this.#log.control({ event: 'serving', generation: outcome.generation, config, version });
    this.#service.ready(this.#status(outcome, served));
  }

  reloading(): void {
    this.#service.reloading();
  }

  /** reloaded tells of the outcome of a reload, after which these listeners listen. */
  reloaded(outcome: ReloadOutcome, served: Served, listeners: readonly BoundListener[]): void {
    const { ok, generation, trigger, reason, changes, issues } = outcome;
    this.#issues(issues);
    this.#listening(listeners);
    if (ok) {
      const words = changes.length === 0 ? 'nothing changed' : changes.join('. ');
      const version = served.version || undefined;
      this.#log.control({ event: 'reloaded', generation, trigger, version, changes: words });
    } else {
      const stillServing = { stillServing: generation, config: served.origin };
      const event = { event: 'reload-failed', level: 'error', trigger } as const;
      this.#log.control({ ...event, ...stillServing, reason });
    }
    this.#service.ready(this.#status(outcome, served));
  }

  /** warningsChanged tells what there is to warn of now, and was not, and the other way round. */
  warningsChanged({ begun, over }: Pick<Changed, 'begun' | 'over'>): void {
    this.#issues(begun);
    for (const { code, at, found } of over) {
      this.#log.control({ event: 'config-issue-over', code, at, found });
    }
  }

  kept(folder: string): void {
    this.#log.control({ event: 'last-good-kept', folder });
  }

  notKept(reason: unknown): void {
    const event = 'last-good-not-kept';
    this.#log.control({ event, level: 'warning', reason: messageOf(reason) });
  }

  /** listNumbersLost tells that a start had to do without the numbers of revocation lists that were kept. */
  listNumbersLost(reason: string): void {
    const consequence =
      'the kept numbers do not tell whether a revocation list is older than one that was in use before this start';
    this.#log.control({ event: 'list-numbers-unusable', level: 'error', reason, consequence });
  }

  /** listNumbersReplaced tells that so many lists of the last good configuration stand in for the numbers that were kept. */
  listNumbersReplaced(lists: number): void {
    const consequence =
      'revocation lists are compared with those of the last good configuration; lists in use before those are not known';
    this.#log.control({ event: 'list-numbers-replaced', level: 'warning', lists, consequence });
  }

  /** listNumbersFound tells that the file had more than the start could read; of `overtaken` issuers an older list serves. */
  listNumbersFound(folder: string, lists: number, overtaken: readonly string[]): void {
    const consequence = `a list of ${overtaken.join(', ')} is in use that is older than one in use before: put the newer list back`;
    const worse = overtaken.length === 0 ? {} : ({ level: 'error', consequence } as const);
    this.#log.control({ event: 'list-numbers-found', folder, lists, ...worse });
  }

  listNumbersKept(folder: string, lists: number): void {
    this.#log.control({ event: 'list-numbers-kept', folder, lists });
  }

  /** clock tells what the clock is taken for, at the start and whenever that changes. */
  clock({ now, floor, confirmed }: Omit<ClockReading, 'judgedAnew'>): void {
    const isWrong = now < floor;
    const level = isWrong ? ({ level: 'warning' } as const) : {};
    const says = momentText(now);
    const atLeast = isWrong ? { atLeast: momentText(floor) } : {};
    this.#log.control({ event: 'clock', says, confirmed, ...atLeast, ...level });
  }

  /** timeUnusable tells that the time at which a gateway last served under a right clock is not known. */
  timeUnusable(reason: string): void {
    this.#log.control({ event: 'last-time-unusable', level: 'warning', reason });
  }

  /** timeAhead tells that the time that is kept will make the clock count as wrong at the next start. */
  timeAhead(kept: number, now: number): void {
    const [was, says] = [momentText(kept), momentText(now)];
    const reason = `a synchronised clock said ${was} before: at the next start the clock counts as wrong until then, unless last-time is removed from the state folder`;
    this.#log.control({ event: 'last-time-ahead', level: 'warning', says, kept: was, reason });
  }

  timeNotKept(reason: string): void {
    this.#log.control({ event: 'last-time-not-kept', level: 'warning', reason });
  }

  listNumbersNotKept(reason: string): void {
    this.#log.control({ event: 'list-numbers-not-kept', level: 'error', reason });
  }

  unwatched(folder: string, reason: string): void {
    this.#log.control({ event: 'watch-failed', level: 'warning', folder, reason });
  }

  draining(deadlineMs: number): void {
    this.#service.stopping('finishing the requests in flight');
    this.#log.control({ event: 'draining', deadlineMs });
  }

  stopped(connectionsCut: number): void {
    this.#service.close();
    this.#log.control({ event: 'stopped', connectionsCut });
  }

  // What has not changed was told before.
  #listening(now: readonly BoundListener[]): void {
    const before = this.#listeners;
    this.#listeners = now;
    for (const [event, one] of [
      ...without(now, before).map((one) => ['listening', one] as const),
      ...without(before, now).map((one) => ['not-listening', one] as const),
    ]) {
      const { name, address, port } = one;
      this.#log.control({ event, listener: name, address, port });
    }
  }

  #servingLastGood({ reason }: ReloadOutcome, { keptAt, isOvertaken }: Served): void {
    const event = { event: 'serving-last-good', level: 'error' } as const;
    const overtaken = isOvertaken ? ({ overtaken: true, consequence: OVERTAKEN } as const) : {};
    this.#log.control({ ...event, keptAt: dateOf(keptAt), reason, ...overtaken });
  }

  #issues(issues: readonly PlacedIssue[]): void {
    for (const placed of issues) this.#log.control({ event: 'config-issue', ...placed });
  }

  #status({ ok, trigger, generation, reason }: ReloadOutcome, served: Served): string {
    const what =
      served.origin === 'live'
        ? 'serving'
        : `serving ${served.isOvertaken ? 'an OVERTAKEN' : 'the LAST GOOD'} configuration, of ${dateOf(served.keptAt)},`;
    const where = this.#listeners.map(whereOf).join(', ');
    const line = `${what} generation ${generation} on ${where}`;
    if (ok) return line;
    const failure = trigger === 'start' ? 'the configuration is refused' : 'the last reload failed';
    return `${line}; ${failure}: ${reason}`;
  }
}

function whereOf({ name, address, port }: BoundListener): string {
  return address.includes(':') ? `${name} [${address}]:${port}` : `${name} ${address}:${port}`;
}

/** without leaves out those that are among the others, at the same place. */
function without(
  listeners: readonly BoundListener[],
  others: readonly BoundListener[],
): readonly BoundListener[] {
  const places = new Set(others.map(whereOf));
  return listeners.filter((one) => !places.has(whereOf(one)));
}
