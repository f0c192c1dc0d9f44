/**
 * Owns one gateway from its first snapshot to its end: start, reload, drain, close. A reload is all or nothing; whatever
 * goes wrong, the generation that serves goes on serving.
 */
import type {
  BoundListener,
  Counters,
  EndpointStatus,
  NativeGateway,
  PinUse,
  RecentClient,
} from '../engine/native.js';
import { DenialRing } from '../telemetry/denial-ring.js';
import type { LogWriter } from '../telemetry/log-writer.js';
import { Announcer } from './announcer.js';
import { type Attempt, applyOrRefuse, attempt } from './attempt.js';
import type { Accepted, Candidate, Prepared } from './candidate.js';
import { explainRecord, headline } from './explain-record.js';
import type { Explanation } from './explanation.js';
import { type FirstStart, startFirst } from './first-start.js';
import { giveBackAfter } from './give-back.js';
import { Keeper } from './keeper.js';
import type { LastGood } from './last-good.js';
import { OneAtATime } from './one-at-a-time.js';
import { failed, messageOf, type ReloadOutcome, succeeded, type Trigger } from './outcome.js';
import { changesSince, type Served, servedOf } from './served.js';
import type { ServiceManager } from './service-manager.js';
import { FileWatcher } from './watch.js';

export interface RunningGatewayOptions {
  readonly configPath: string;
  readonly log: LogWriter;
  readonly service: ServiceManager;
  /** Left out: nothing is kept for a start with a broken configuration. */
  readonly lastGood?: LastGood;
  /** A broken configuration is an error at the start, whatever was kept. */
  readonly strict?: boolean;
}

const ENDING = new Error('the gateway is ending');

// What is asked for by a person is done also when nothing seems to have changed.
const stronger = (queued: Trigger, later: Trigger): Trigger =>
  queued === 'change' ? later : queued;

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

export class RunningGateway {
  readonly listeners: readonly BoundListener[];
  readonly configPath: string;
  /** Unix milliseconds. */
  readonly startedAt = Date.now();
  /** Resolves when it has ended, whoever stopped it. */
  readonly stopped: Promise<void>;
  readonly #native: NativeGateway;
  readonly #log: LogWriter;
  readonly #announcer: Announcer;
  readonly #keeper: Keeper;
  readonly #watcher: FileWatcher;
  readonly #turns: OneAtATime<Trigger, ReloadOutcome>;
  readonly #denials = new DenialRing();
  #served: Served;
  #lastOutcome: ReloadOutcome;
  // Of the last attempt, whatever came of it.
  #looked: Looked;
  #files: readonly string[];
  #drainMs: number;
  #stopping: Promise<number> | undefined;
  #closed = false;
  #cut = 0;
  #resolveStopped: () => void = () => undefined;
  readonly #closeAtExit = (): void => this.#native.close();

  /**
   * start loads, compiles, applies and listens. Errors: Refusal; GatewayError when the file cannot be read; EngineError when
   * this machine or the build is at fault.
   */
  static async start(options: RunningGatewayOptions): Promise<RunningGateway> {
    const { configPath, log, lastGood } = options;
    log.control({ event: 'starting', config: configPath, pid: process.pid });
    await lastGood?.tidy().catch((error) => {
      // The state folder is for a bad day; this one may be good.
      log.control({ event: 'state-unusable', level: 'error', reason: messageOf(error) });
    });
    const first = await startFirst(options);
    const gateway = new RunningGateway(first, options);
    await gateway.#begin(first.candidate);
    return gateway;
  }

  private constructor(first: FirstStart, options: RunningGatewayOptions) {
    const { native, listeners, candidate, served, prepared, failure } = first;
    this.#native = native;
    this.#log = options.log;
    this.#announcer = new Announcer(options);
    this.#keeper = new Keeper(options.configPath, this.#announcer, options.lastGood);
    this.#watcher = new FileWatcher({
      onChange: () => void this.reload('change'),
      onFailed: (folder, reason) => this.#announcer.unwatched(folder, reason),
    });
    this.#turns = new OneAtATime((trigger) => this.#reloadOnce(trigger), stronger);
    this.configPath = options.configPath;
    this.listeners = listeners;
    this.stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
    this.#served = served;
    this.#looked = lookedOf(prepared);
    this.#files = prepared.files;
    this.#drainMs = candidate.snapshot.drainMs;
    this.#lastOutcome =
      failure === undefined
        ? succeeded('start', this.generation, { changes: [], compiled: compiledOf(candidate) })
        : failed('start', this.generation, failure);
  }

  get generation(): number {
    return this.#native.generation;
  }

  /** served describes the configuration that serves. */
  get served(): Served {
    return this.#served;
  }

  /** lastOutcome is that of the start until there is a reload. */
  get lastOutcome(): ReloadOutcome {
    return this.#lastOutcome;
  }

  get watcher(): Pick<FileWatcher, 'folders' | 'failed'> {
    return this.#watcher;
  }

  get keeper(): Pick<Keeper, 'folder' | 'keptAt' | 'failure'> {
    return this.#keeper;
  }

  readCounters(): Counters {
    return this.#native.readCounters();
  }

  /** readUpstreams tells how the endpoints of upstreams are. */
  readUpstreams(): readonly EndpointStatus[] {
    return this.#native.readUpstreams();
  }

  /** readPinUse tells when each pin that serves last admitted a request. */
  readPinUse(): readonly PinUse[] {
    return this.#native.pinUse();
  }

  /** readRecentClients tells which clients were seen lately, with the chains that they presented. */
  readRecentClients(): readonly RecentClient[] {
    return this.#native.readRecentClients();
  }

  /**
   * explainById explains a refusal that is still remembered, by its id or by the client's address; undefined when none is.
   */
  explainById(id: string): { readonly headline: string; readonly why: Explanation } | undefined {
    const record = this.#denials.find(id);
    if (record === undefined) return undefined;
    return {
      headline: headline(record),
      why: explainRecord(record, JSON.parse(this.#served.document)),
    };
  }

  /**
   * reload reads the files again and serves them, or says in the log why not. Calls during a reload become one more after
   * it. The trigger 'change' does nothing when everything is as it was at the last attempt.
   */
  reload(trigger: Trigger): Promise<ReloadOutcome> {
    return this.#turns.request(trigger);
  }

  /**
   * stop lets requests in flight finish, for as long as the configuration says, and ends; it resolves with the number of
   * connections that were cut. Called again: ends at once.
   */
  stop(): Promise<number> {
    if (this.#stopping === undefined) this.#stopping = this.#drain();
    else this.#closeNow();
    return this.#stopping;
  }

  /** drained does as stop, but does not hurry a stop that is under way. */
  drained(): Promise<number> {
    return this.#stopping ?? this.stop();
  }

  async #begin(candidate: Candidate): Promise<void> {
    this.#log.attach({
      onEvents: (callback) => this.#native.onEvents(callback),
      drainEvents: () => {
        const lines = this.#native.drainEvents();
        this.#denials.feed(lines);
        return lines;
      },
      eventsDropped: () => this.#native.readCounters().eventsDropped,
    });
    // process.exit() joins no thread: without this, workers would run on while the process is taken down.
    process.once('exit', this.#closeAtExit);
    this.#announcer.serving(this.listeners, this.#lastOutcome, this.#served);
    this.#follow(this.#files);
    await this.#keep(candidate);
    giveBackAfter(candidate.document.length);
  }

  async #reloadOnce(trigger: Trigger): Promise<ReloadOutcome> {
    if (this.#stopping !== undefined) return failed(trigger, this.generation, ENDING);
    if (trigger === 'change' && (await this.#isAsBefore())) return this.#lastOutcome;
    this.#announcer.reloading();
    let [served, changes]: [Served, readonly string[]] = [this.#served, []];
    const made = await attempt(this.configPath, (candidate) => {
      // A stop may have come while the files were read.
      if (this.#stopping !== undefined) throw ENDING;
      // First what could fail; after the last line it serves.
      const next = servedOf(candidate);
      const found = changesSince(this.#served, candidate);
      applyOrRefuse(this.#native, candidate);
      [served, changes] = [next, found];
    });
    this.#looked = lookedOf(made.prepared);
    const { prepared, failure } = made;
    if (!prepared.ok || failure !== undefined) return this.#concludeFailed(trigger, made);
    this.#served = served;
    return this.#concludeServing(trigger, prepared, changes);
  }

  async #isAsBefore(): Promise<boolean> {
    const { fingerprint, files, again } = this.#looked;
    const same = (await again()) === fingerprint;
    // The way to the files may be another.
    if (same) this.#follow([...this.#files, ...files]);
    return same;
  }

  #concludeFailed(trigger: Trigger, { prepared, failure }: Attempt): ReloadOutcome {
    const outcome = failed(trigger, this.generation, failure);
    if (failure === ENDING) return outcome;
    this.#lastOutcome = outcome;
    this.#announcer.reloaded(outcome, this.#served);
    this.#follow([...this.#files, ...prepared.files]);
    return outcome;
  }

  async #concludeServing(
    trigger: Trigger,
    { candidate, files }: Prepared & { readonly ok: true },
    changes: readonly string[],
  ): Promise<ReloadOutcome> {
    const { compiled } = candidate;
    const outcome = succeeded(trigger, this.generation, { changes, compiled });
    this.#lastOutcome = outcome;
    this.#files = files;
    this.#drainMs = candidate.snapshot.drainMs;
    this.#announcer.reloaded(outcome, this.#served);
    this.#follow(files);
    await this.#keep(candidate);
    giveBackAfter(candidate.document.length);
    return outcome;
  }

  async #keep(candidate: Candidate): Promise<void> {
    // What was kept is still what it was; and files that changed since they were read are there to be read again.
    if (candidate.compiled === undefined || (await this.#keeper.keep(candidate))) return;
    if (this.#stopping === undefined) void this.reload('change');
  }

  #follow(files: readonly string[]): void {
    if (this.#stopping !== undefined) return;
    void this.#watcher.follow(this.#served.operation.watch ? files : []);
  }

  async #drain(): Promise<number> {
    this.#watcher.close();
    // Begun before it is told: who reads of it in the log finds it so.
    const drained = this.#native.drain(this.#drainMs);
    this.#announcer.draining(this.#drainMs);
    try {
      const cut = await drained;
      this.#close(cut);
      return cut;
    } catch (error) {
      // A second stop() closed the gateway, and with it the drain.
      if (!this.#closed) throw error;
      return this.#cut;
    }
  }

  #closeNow(): void {
    if (!this.#closed) this.#close(this.#native.readCounters().connectionsOpen);
  }

  #close(connectionsCut: number): void {
    this.#closed = true;
    this.#cut = connectionsCut;
    this.#native.close(); // cuts what is still open, each with a line for the log
    this.#log.detach();
    process.removeListener('exit', this.#closeAtExit);
    this.#announcer.stopped(connectionsCut);
    this.#resolveStopped();
  }
}
