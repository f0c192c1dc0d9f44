/**
 * Owns which configuration serves, and the way to the next one: asked for, or because its source changed. A reload is all or
 * nothing; whatever goes wrong, the generation that serves goes on serving.
 */
import type { NativeGateway } from '../engine/native.js';
import type { ConfigSource, SourceWatch } from '../sources/config-source.js';
import type { LastTime } from '../state/last-time.js';
import type { ListNumbers } from '../state/list-numbers.js';
import type { Announcer } from './announcer.js';
import { type Applied, apply, attempt, committed, stage, undone } from './attempt.js';
import type { Candidate, FileCandidate } from './candidate.js';
import type { FirstStart } from './first-start.js';
import { giveBackAfter } from './give-back.js';
import type { Keeper } from './keeper.js';
import { OneAtATime } from './one-at-a-time.js';
import type { Earlier, ReloadOutcome, Trigger } from './outcome.js';
import { type Seen, seenOf, type Undone } from './prepare.js';
import { fromNative } from './refusal.js';
import type { Served } from './served.js';
import { ShortageRetry } from './shortage-retry.js';
import { type StandingWarnings, standingWarnings } from './standing-warnings.js';
import { StateUpkeep } from './state-upkeep.js';

export interface ReloaderOptions {
  readonly source: ConfigSource;
  readonly announcer: Announcer;
  readonly keeper: Keeper;
  readonly numbers: ListNumbers;
  readonly time: LastTime;
}

const ENDING = new Error('the gateway is shutting down');

// What is asked for by a person is done also when nothing seems to have changed, and so is what the clock asks for.
const STRENGTH = { change: 0, clock: 1, start: 2, signal: 2, command: 2 } as const;

const stronger = (queued: Trigger, later: Trigger): Trigger =>
  STRENGTH[later] > STRENGTH[queued] ? later : queued;

function outcomeOfStart({ serving: { native }, attempted }: FirstStart): ReloadOutcome {
  const { generation } = native;
  if (attempted.state === 'undone') return undone('start', generation, attempted);
  return committed('start', generation, attempted);
}

export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #native: NativeGateway;
  readonly #watch: SourceWatch;
  readonly #turns: OneAtATime<Trigger, ReloadOutcome>;
  readonly #retry = new ShortageRetry(() => void this.request('change'));
  readonly #upkeep: StateUpkeep;
  #served: Served;
  #lastOutcome: ReloadOutcome;
  #warnings: StandingWarnings;
  // Of the last attempt, whatever came of it.
  #seen: Seen;
  #files: readonly string[];
  #drainMs: number;
  #clock = '';
  // What changed last, if nobody asked for it.
  #earlier: Earlier | undefined;
  #ended = false;

  constructor(first: FirstStart, options: ReloaderOptions) {
    this.#options = options;
    const { serving, attempted } = first;
    this.#upkeep = new StateUpkeep(
      () => this.#isStateWhole(),
      () => void this.request('change'),
    );
    this.#native = serving.native;
    this.#watch = options.source.watch({
      onChange: () => void this.request('change'),
      onFailed: (place, reason) => options.announcer.unwatched(place, reason),
    });
    this.#turns = new OneAtATime((trigger) => this.#reload(trigger), stronger);
    this.#served = serving.served;
    this.#lastOutcome = outcomeOfStart(first);
    this.#warnings = standingWarnings(serving, this.#lastOutcome.issues);
    this.#seen = seenOf(attempted);
    this.#files = attempted.files;
    this.#drainMs = serving.candidate.snapshot.drainMs;
  }

  /** served describes the configuration that serves. */
  get served(): Served {
    return this.#served;
  }

  /** lastOutcome is that of the start until there is a reload. */
  get lastOutcome(): ReloadOutcome {
    return this.#lastOutcome;
  }

  /** drainMs is how long the configuration that serves lets requests finish at the end. */
  get drainMs(): number {
    return this.#drainMs;
  }

  get watcher(): Pick<SourceWatch, 'folders' | 'failed'> {
    return this.#watch;
  }

  /** begin watches the source from now on, and keeps a candidate that has just begun to serve. */
  async begin(candidate: Candidate): Promise<void> {
    this.#follow(this.#files);
    this.#look();
    // First how far its lists have come: a configuration that is kept may not lead back behind that.
    await this.#options.numbers.save(this.#native);
    this.#options.time.note(this.#native);
    await this.#keep(candidate);
    giveBackAfter(candidate.document.length);
  }

  /**
   * request reads the source again and serves what it has, or says in the log why not. Calls during a reload become one more after
   * it. The trigger 'change' does nothing when everything is as it was at the last attempt.
   */
  request(trigger: Trigger): Promise<ReloadOutcome> {
    return this.#turns.request(trigger);
  }

  /**
   * review finds out what there is to warn of now: with time things begin, end and fall due, and the clock may have been set. Where
   * more is known of the clock than when what serves was applied, it is applied again.
   */
  review(): void {
    if (this.#ended) return;
    this.#options.time.note(this.#native);
    this.#look();
    const found = this.#native.review().map((one) => fromNative(one));
    const changed = this.#warnings.renew(found);
    const { ok } = this.#lastOutcome;
    if (ok) this.#lastOutcome = Object.freeze({ ...this.#lastOutcome, issues: changed.issues });
    this.#options.announcer.warningsChanged(changed);
  }

  /** end watches no more and changes nothing any more, also when a reload is under way. */
  end(): void {
    this.#ended = true;
    this.#retry.close();
    this.#upkeep.close();
    this.#watch.close();
  }

  async #reload(trigger: Trigger): Promise<ReloadOutcome> {
    if (this.#ended) return this.#undone(trigger, { state: 'undone', reason: ENDING });
    const isDue = [this.#retry.isDue(), this.#upkeep.isDue()].includes(true);
    if (trigger === 'change' && !isDue && (await this.#isAsBefore())) return this.#lastOutcome;
    this.#options.announcer.reloading();
    await this.#options.numbers.catchUp(this.#native);
    const made = await attempt(this.#options.source, (candidate) => {
      // An end may have come while the files were read.
      if (this.#ended) throw ENDING;
      return apply(stage(candidate, this.#served), this.#native);
    });
    this.#seen = seenOf(made);
    return made.state === 'undone' ? this.#undo(trigger, made) : this.#commit(trigger, made);
  }

  async #isStateWhole(): Promise<boolean> {
    const { keeper, numbers, time } = this.#options;
    return (await keeper.isWhole()) && (await numbers.isWhole()) && (await time.isWhole());
  }

  async #isAsBefore(): Promise<boolean> {
    const { fingerprint, files, again } = this.#seen;
    const same = (await again()) === fingerprint;
    // The way to the files may be another.
    if (same) this.#follow([...this.#files, ...files]);
    return same;
  }

  #undo(trigger: Trigger, made: Seen & Undone): ReloadOutcome {
    const outcome = this.#undone(trigger, made);
    // At the end the log may have been flushed: nobody is told any more.
    if (this.#ended || made.reason === ENDING) return outcome;
    this.#lastOutcome = outcome;
    this.#announce(outcome);
    this.#follow([...this.#files, ...made.files]);
    this.#retry.after(made.reason);
    return outcome;
  }

  #undone(trigger: Trigger, made: Undone): ReloadOutcome {
    return undone(trigger, this.#native.generation, made);
  }

  async #commit(trigger: Trigger, made: Seen & Applied<FileCandidate>): Promise<ReloadOutcome> {
    const { served, candidate, files } = made;
    this.#served = served;
    const outcome = this.#withEarlier(committed(trigger, this.#native.generation, made));
    this.#lastOutcome = outcome;
    this.#warnings = standingWarnings(made, outcome.issues);
    this.#files = files;
    this.#drainMs = candidate.snapshot.drainMs;
    this.#announce(outcome);
    this.#retry.reset();
    await this.begin(candidate);
    return outcome;
  }

  #withEarlier(outcome: ReloadOutcome): ReloadOutcome {
    const { trigger, time, generation, changes } = outcome;
    if (changes.length === 0) return Object.freeze({ ...outcome, earlier: this.#earlier });
    this.#earlier = trigger === 'change' ? { time, generation, changes } : undefined;
    return outcome;
  }

  #announce(outcome: ReloadOutcome): void {
    this.#options.announcer.reloaded(outcome, this.#served, this.#native.boundListeners());
  }

  async #keep(candidate: Candidate): Promise<void> {
    // What was kept is still what it was; and files that changed since they were read are there to be read again.
    const { compiled } = candidate;
    if (compiled === undefined) return;
    if (await this.#options.keeper.keep({ ...candidate, compiled })) return;
    if (!this.#ended) void this.request('change');
  }

  // What the clock is taken for is told once, and what serves is applied again where it was judged by another clock.
  #look(): void {
    const clock = this.#native.readClock();
    const state = `${clock.confirmed} ${clock.now < clock.floor}`;
    if (state !== this.#clock) this.#options.announcer.clock(clock);
    this.#clock = state;
    if (clock.judgedAnew) void this.request('clock');
  }

  #follow(files: readonly string[]): void {
    if (this.#ended) return;
    void (this.#served.operation.watch ? this.#watch.follow(files) : this.#watch.rest());
  }
}
