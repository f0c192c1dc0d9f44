/**
 * Owns which configuration serves, and the way to the next one: asked for, or because a file changed. A reload is all or
 * nothing; whatever goes wrong, the generation that serves goes on serving.
 */
import type { NativeGateway } from '../engine/native.js';
import type { ListNumbers } from '../state/list-numbers.js';
import type { Announcer } from './announcer.js';
import { type Attempt, applyOrRefuse, attempt } from './attempt.js';
import type { Accepted, Candidate, Prepared } from './candidate.js';
import type { FirstStart } from './first-start.js';
import { giveBackAfter } from './give-back.js';
import type { Keeper } from './keeper.js';
import { OneAtATime } from './one-at-a-time.js';
import { failed, type ReloadOutcome, type Serves, succeeded, type Trigger } from './outcome.js';
import { changesSince, type Served, servedOf } from './served.js';
import { FileWatcher } from './watch.js';

export interface ReloaderOptions {
  readonly configPath: string;
  readonly announcer: Announcer;
  readonly keeper: Keeper;
  readonly numbers: ListNumbers;
}

const ENDING = new Error('the gateway is ending');

// What is asked for by a person is done also when nothing seems to have changed.
const stronger = (queued: Trigger, later: Trigger): Trigger =>
  queued === 'change' ? later : queued;

type Told = Pick<Serves, 'changes' | 'warnings'>;

type Looked = Pick<Prepared, 'fingerprint' | 'files' | 'again'>;

// A Prepared would keep alive all that was compiled.
const lookedOf = ({ fingerprint, files, again }: Prepared): Looked => ({
  fingerprint,
  files,
  again,
});

const compiledOf = (candidate: Candidate): Accepted => {
  if (candidate.compiled === undefined) throw new TypeError('only a start goes back');
  return candidate.compiled;
};

function outcomeOfStart({ native, candidate, failure, warnings }: FirstStart): ReloadOutcome {
  const { generation } = native;
  if (failure !== undefined) return failed('start', generation, failure);
  return succeeded('start', generation, { changes: [], compiled: compiledOf(candidate), warnings });
}

export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #native: NativeGateway;
  readonly #watcher: FileWatcher;
  readonly #turns: OneAtATime<Trigger, ReloadOutcome>;
  #served: Served;
  #lastOutcome: ReloadOutcome;
  // Of the last attempt, whatever came of it.
  #looked: Looked;
  #files: readonly string[];
  #drainMs: number;
  #ended = false;

  constructor(first: FirstStart, options: ReloaderOptions) {
    this.#options = options;
    this.#native = first.native;
    this.#watcher = new FileWatcher({
      onChange: () => void this.request('change'),
      onFailed: (folder, reason) => options.announcer.unwatched(folder, reason),
    });
    this.#turns = new OneAtATime((trigger) => this.#reload(trigger), stronger);
    this.#served = first.served;
    this.#lastOutcome = outcomeOfStart(first);
    this.#looked = lookedOf(first.prepared);
    this.#files = first.prepared.files;
    this.#drainMs = first.candidate.snapshot.drainMs;
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

  get watcher(): Pick<FileWatcher, 'folders' | 'failed'> {
    return this.#watcher;
  }

  /** begin watches the files from now on, and keeps a candidate that has just begun to serve. */
  async begin(candidate: Candidate): Promise<void> {
    this.#follow(this.#files);
    // First how far its lists have come: a configuration that is kept may not lead back behind that.
    await this.#options.numbers.save(this.#native);
    await this.#keep(candidate);
    giveBackAfter(candidate.document.length);
  }

  /**
   * request reads the files again and serves them, or says in the log why not. Calls during a reload become one more after
   * it. The trigger 'change' does nothing when everything is as it was at the last attempt.
   */
  request(trigger: Trigger): Promise<ReloadOutcome> {
    return this.#turns.request(trigger);
  }

  /** end watches no more and changes nothing any more, also when a reload is under way. */
  end(): void {
    this.#ended = true;
    this.#watcher.close();
  }

  async #reload(trigger: Trigger): Promise<ReloadOutcome> {
    if (this.#ended) return this.#failed(trigger, ENDING);
    if (trigger === 'change' && (await this.#isAsBefore())) return this.#lastOutcome;
    this.#options.announcer.reloading();
    await this.#options.numbers.catchUp(this.#native);
    let served = this.#served;
    let told: Told = { changes: [], warnings: [] };
    const made = await attempt(this.#options.configPath, (candidate) => {
      // An end may have come while the files were read.
      if (this.#ended) throw ENDING;
      // First what could fail; after the last line it serves.
      const next = servedOf(candidate);
      const changes = changesSince(this.#served, candidate);
      told = { changes, warnings: applyOrRefuse(this.#native, candidate) };
      served = next;
    });
    this.#looked = lookedOf(made.prepared);
    const { prepared, failure } = made;
    if (!prepared.ok || failure !== undefined) return this.#concludeFailed(trigger, made);
    this.#served = served;
    return this.#concludeServing(trigger, prepared, told);
  }

  async #isAsBefore(): Promise<boolean> {
    const { fingerprint, files, again } = this.#looked;
    const same = (await again()) === fingerprint;
    // The way to the files may be another.
    if (same) this.#follow([...this.#files, ...files]);
    return same;
  }

  #concludeFailed(trigger: Trigger, { prepared, failure }: Attempt): ReloadOutcome {
    const outcome = this.#failed(trigger, failure);
    // At the end the log may have been flushed: nobody is told any more.
    if (this.#ended || failure === ENDING) return outcome;
    this.#lastOutcome = outcome;
    this.#options.announcer.reloaded(outcome, this.#served);
    this.#follow([...this.#files, ...prepared.files]);
    return outcome;
  }

  #failed(trigger: Trigger, failure: unknown): ReloadOutcome {
    return failed(trigger, this.#native.generation, failure);
  }

  async #concludeServing(
    trigger: Trigger,
    { candidate, files }: Prepared & { readonly ok: true },
    told: Told,
  ): Promise<ReloadOutcome> {
    const { compiled } = candidate;
    const outcome = succeeded(trigger, this.#native.generation, { ...told, compiled });
    this.#lastOutcome = outcome;
    this.#files = files;
    this.#drainMs = candidate.snapshot.drainMs;
    this.#options.announcer.reloaded(outcome, this.#served);
    await this.begin(candidate);
    return outcome;
  }

  async #keep(candidate: Candidate): Promise<void> {
    // What was kept is still what it was; and files that changed since they were read are there to be read again.
    const { compiled } = candidate;
    if (compiled === undefined) return;
    if (await this.#options.keeper.keep({ ...candidate, compiled })) return;
    if (!this.#ended) void this.request('change');
  }

  #follow(files: readonly string[]): void {
    if (this.#ended) return;
    void this.#watcher.follow(this.#served.operation.watch ? files : []);
  }
}
