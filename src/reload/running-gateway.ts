/**
 * Owns one gateway from its first snapshot to its end: start, drain, close; and what there is to ask it meanwhile.
 */

import type {
  BoundListener,
  ClockReading,
  Counters,
  Descriptors,
  EndpointStatus,
  ListenerCounts,
  ListInForce,
  NativeGateway,
  PinUse,
  RecentClient,
  RememberedList,
} from '../engine/native.js';
import type { Explanation } from '../explain/explanation.js';
import { messageOf } from '../gateway-error.js';
import type { ConfigSource, SourceWatch } from '../sources/config-source.js';
import type { LastGood } from '../state/last-good.js';
import { LastTime } from '../state/last-time.js';
import { LastTimeFile } from '../state/last-time-file.js';
import { ListNumbers } from '../state/list-numbers.js';
import { ListNumbersFile } from '../state/list-numbers-file.js';
import type { Series } from '../state/list-series.js';
import { denialOf } from '../telemetry/denials.js';
import type { LogWriter } from '../telemetry/log-writer.js';
import { Announcer } from './announcer.js';
import type { Candidate } from './candidate.js';
import { type FirstStart, startFirst } from './first-start.js';
import { Keeper } from './keeper.js';
import { listsOfLastGood } from './kept-lists.js';
import type { ReloadOutcome, Trigger } from './outcome.js';
import { Reloader } from './reloader.js';
import type { Served } from './served.js';
import type { ServiceManager } from './service-manager.js';

export interface RunningGatewayOptions {
  /** It stays the caller's. */
  readonly source: ConfigSource;
  readonly log: LogWriter;
  readonly service: ServiceManager;
  /** Left out: nothing is kept for a start with a broken configuration. */
  readonly lastGood?: LastGood;
  /** A broken configuration is an error at the start, whatever was kept. */
  readonly strict?: boolean;
}

/** ExplainedRefusal is a refusal that has happened, in one line, and why. */
export interface ExplainedRefusal {
  readonly headline: string;
  readonly why: Explanation;
}

/** Told is what tells and remembers from before there is a gateway. */
interface Told {
  readonly announcer: Announcer;
  readonly numbers: ListNumbers;
  readonly time: LastTime;
}

function openTime(announcer: Announcer, lastGood: LastGood | undefined): Promise<LastTime> {
  const file = lastGood === undefined ? {} : { file: new LastTimeFile(lastGood.folder) };
  return LastTime.open({ ...file, announcer });
}

// The state folder is for a bad day; this one may be good.
async function prepareState(lastGood: LastGood, log: LogWriter): Promise<void> {
  try {
    const { folder } = lastGood;
    if (await lastGood.makeFolder()) log.control({ event: 'state-folder-made', folder });
    await lastGood.tidy();
  } catch (error) {
    log.control({ event: 'state-unusable', level: 'error', reason: messageOf(error) });
  }
}

export class RunningGateway {
  /** As ConfigSource.file. */
  readonly configPath: string;
  /** Unix milliseconds. */
  readonly startedAt = Date.now();
  /** Resolves when it has ended, whoever stopped it. */
  readonly stopped: Promise<void>;
  readonly #native: NativeGateway;
  readonly #log: LogWriter;
  readonly #announcer: Announcer;
  readonly #keeper: Keeper;
  readonly #numbers: ListNumbers;
  readonly #time: LastTime;
  readonly #reloader: Reloader;
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
    const { source, log, lastGood } = options;
    log.control({ event: 'starting', config: source.file, pid: process.pid });
    if (lastGood !== undefined) await prepareState(lastGood, log);
    const announcer = new Announcer(options);
    const file = lastGood === undefined ? {} : { file: new ListNumbersFile(lastGood.folder) };
    const numbers = await ListNumbers.open({ ...file, announcer });
    if (lastGood !== undefined) await numbers.standIn(() => listsOfLastGood(lastGood, source));
    const time = await openTime(announcer, lastGood);
    const first = await startFirst({ ...options, numbers, time });
    const gateway = new RunningGateway(first, { ...options, announcer, numbers, time });
    await gateway.#begin(first.serving.candidate);
    return gateway;
  }

  private constructor(first: FirstStart, options: RunningGatewayOptions & Told) {
    const { source, log, lastGood, announcer, numbers, time } = options;
    this.#native = first.serving.native;
    this.#log = log;
    this.#announcer = announcer;
    this.#numbers = numbers;
    this.#time = time;
    this.#keeper = new Keeper(source.file, announcer, lastGood);
    const keeper = this.#keeper;
    this.#reloader = new Reloader(first, { source, announcer, keeper, numbers, time });
    this.configPath = source.file;
    this.stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
  }

  get generation(): number {
    return this.#native.generation;
  }

  /** listeners tells where they listen. */
  get listeners(): readonly BoundListener[] {
    return this.#native.boundListeners();
  }

  /** served describes the configuration that serves. */
  get served(): Served {
    return this.#reloader.served;
  }

  /** lastOutcome is that of the start until there is a reload. */
  get lastOutcome(): ReloadOutcome {
    return this.#reloader.lastOutcome;
  }

  get watcher(): Pick<SourceWatch, 'folders' | 'failed'> {
    return this.#reloader.watcher;
  }

  get keeper(): Pick<Keeper, 'folder' | 'keptAt' | 'failure'> {
    return this.#keeper;
  }

  /** log tells whether what is logged is written. */
  get log(): Pick<LogWriter, 'failure'> {
    return this.#log;
  }

  get listNumbers(): Pick<ListNumbers, 'folder' | 'lost' | 'failure'> {
    return this.#numbers;
  }

  /** readRememberedLists tells how far the revocation lists that served have come. */
  readRememberedLists(): readonly RememberedList[] {
    return this.#native.rememberedLists();
  }

  /** forgetList does as ListNumbers.forget. */
  forgetList(series: Series): Promise<readonly RememberedList[]> {
    return this.#numbers.forget(this.#native, series);
  }

  readCounters(): Counters {
    return this.#native.readCounters();
  }

  /** readListeners tells what was counted on each listener. */
  readListeners(): readonly ListenerCounts[] {
    return this.#native.readListeners();
  }

  /** readDescriptors tells of the limit of file descriptors, and of listeners that may have fewer connections by it. */
  readDescriptors(): Descriptors | null {
    return this.#native.readDescriptors();
  }

  /** readUpstreams tells how the endpoints of upstreams are. */
  readUpstreams(): readonly EndpointStatus[] {
    return this.#native.readUpstreams();
  }

  /** readClock is the moment that what is told of this gateway is true at, and what the clock is taken for. */
  readClock(): ClockReading {
    return this.#native.readClock();
  }

  /** readLists tells of every revocation list that serves. */
  readLists(): readonly ListInForce[] {
    return this.#native.readLists();
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
  async explainById(id: string): Promise<ExplainedRefusal | undefined> {
    // No id and no address holds a NUL, and the data plane takes none.
    const record = id.includes('\0') ? undefined : denialOf(this.#native.findDenials(id));
    if (record === undefined) return undefined;
    // Loaded when somebody asks: a gateway at rest has no memory to spare for it.
    const { explainRecord, headline } = await import('../explain/explain-record.js');
    return {
      headline: headline(record),
      why: explainRecord(record, JSON.parse(this.served.document)),
    };
  }

  /** reload does as Reloader.request does. */
  reload(trigger: Trigger): Promise<ReloadOutcome> {
    return this.#reloader.request(trigger);
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
      drainEvents: () => this.#native.drainEvents(),
      dropped: () => this.#native.readCounters(),
    });
    // process.exit() joins no thread: without this, workers would run on while the process is taken down.
    process.once('exit', this.#closeAtExit);
    this.#announcer.serving(this.listeners, this.lastOutcome, this.served);
    this.#native.onReviewDue(() => {
      this.#reloader.review();
      this.#time.note(this.#native); // the clock may have been set
    });
    this.#reloader.review(); // the clock may have been set since the configuration was applied
    this.#time.begin(this.#native);
    await this.#reloader.begin(candidate);
  }

  async #drain(): Promise<number> {
    this.#reloader.end();
    const { drainMs } = this.#reloader;
    // Begun before it is told: who reads of it in the log finds it so.
    const drained = this.#native.drain(drainMs);
    this.#announcer.draining(drainMs);
    try {
      const cut = await drained;
      await this.#numbers.save(this.#native);
      if (!this.#closed) this.#time.note(this.#native);
      await this.#time.close();
      if (!this.#closed) this.#close(cut);
      return this.#cut;
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
    this.#numbers.close();
    void this.#time.close();
    this.#cut = connectionsCut;
    this.#native.close(); // cuts what is still open, each with a line for the log
    this.#log.detach();
    process.removeListener('exit', this.#closeAtExit);
    this.#announcer.stopped(connectionsCut);
    this.#resolveStopped();
  }
}
