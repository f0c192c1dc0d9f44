/**
 * Owns one gateway from its first snapshot to its end: start, reload, drain, close. A reload is all or nothing; whatever
 * goes wrong, the generation that serves goes on serving.
 */
import { basename } from 'node:path';
import {
  type BoundListener,
  createGateway,
  type NativeGateway,
  type RecentClient,
} from '../engine/native.js';
import { type CompiledFile, compileFile } from '../snapshot/compile-file.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { DenialRing } from '../telemetry/denial-ring.js';
import type { LogWriter } from '../telemetry/log-writer.js';
import { explainRecord, headline } from './explain-record.js';
import type { Explanation } from './explanation.js';
import { fromNative, Refusal, refusalOf } from './refusal.js';
import type { ServiceManager } from './service-manager.js';

export interface RunningGatewayOptions {
  readonly configPath: string;
  readonly log: LogWriter;
  readonly service: ServiceManager;
}

type Accepted = CompiledFile & { readonly ok: true };

/** compileOrRefuse compiles a file. Errors: Refusal; GatewayError when the file cannot be read. */
async function compileOrRefuse(path: string): Promise<Accepted> {
  const compiled = await compileFile(path);
  if (!compiled.ok) throw new Refusal(compiled, compiled.issues);
  return compiled;
}

function applyOrRefuse(native: NativeGateway, compiled: Accepted): void {
  const issues = native.apply(compiled.document);
  if (issues.length > 0) throw new Refusal(compiled, issues.map(fromNative));
}

export class RunningGateway {
  readonly listeners: readonly BoundListener[];
  readonly #native: NativeGateway;
  readonly #options: RunningGatewayOptions;
  readonly #denials = new DenialRing();
  #snapshot: Snapshot;
  #drainMs: number;
  #reloads: Promise<boolean> = Promise.resolve(true);
  #queuedReload: Promise<boolean> | undefined;
  #stopping: Promise<void> | undefined;
  #closed = false;
  readonly #closeAtExit = (): void => this.#native.close();

  /**
   * start loads, compiles, applies and listens. Errors: Refusal; GatewayError when the file cannot be read; EngineError when
   * this machine or the build is at fault.
   */
  static async start(options: RunningGatewayOptions): Promise<RunningGateway> {
    const { configPath, log } = options;
    log.control({ event: 'starting', config: configPath, pid: process.pid });
    const compiled = await compileOrRefuse(configPath);
    const native = createGateway();
    try {
      applyOrRefuse(native, compiled);
      return new RunningGateway(native, native.start(), compiled, options);
    } catch (thrown) {
      native.close();
      throw refusalOf(compiled, thrown);
    }
  }

  private constructor(
    native: NativeGateway,
    listeners: readonly BoundListener[],
    compiled: Accepted,
    options: RunningGatewayOptions,
  ) {
    this.#native = native;
    this.#options = options;
    this.#snapshot = compiled.snapshot;
    this.#drainMs = compiled.snapshot.drainMs;
    this.listeners = listeners;
    options.log.attach({
      onEvents: (callback) => native.onEvents(callback),
      drainEvents: () => {
        const lines = native.drainEvents();
        this.#denials.feed(lines);
        return lines;
      },
      eventsDropped: () => native.readCounters().eventsDropped,
    });
    // process.exit() joins no thread: without this, workers would run on while the process is taken down.
    process.once('exit', this.#closeAtExit);
    this.#announceStart(compiled);
  }

  get generation(): number {
    return this.#native.generation;
  }

  /**
   * reload reads the file again and serves it, or says in the log why not; true when it serves. Calls during a reload
   * become one more after it.
   */
  reload(): Promise<boolean> {
    this.#queuedReload ??= this.#reloads.then(() => {
      this.#queuedReload = undefined;
      return this.#reloadOnce();
    });
    this.#reloads = this.#queuedReload;
    return this.#queuedReload;
  }

  /**
   * explainById explains a refusal that is still remembered, by its id or by the client's address; undefined when none is.
   */
  explainById(id: string): { readonly headline: string; readonly why: Explanation } | undefined {
    const record = this.#denials.find(id);
    if (record === undefined) return undefined;
    return { headline: headline(record), why: explainRecord(record, this.#snapshot) };
  }

  /** recentClients tells which clients were seen lately, with the chains that they presented. */
  recentClients(): readonly RecentClient[] {
    return this.#native.readRecentClients();
  }

  /** stop lets requests in flight finish, for as long as the configuration says, and ends. Called again: ends at once. */
  stop(): Promise<void> {
    if (this.#stopping === undefined) this.#stopping = this.#drain();
    else this.#closeNow();
    return this.#stopping;
  }

  #announceStart(compiled: Accepted): void {
    const { log, service } = this.#options;
    this.#logIssues(compiled);
    for (const { name, address, port } of this.listeners) {
      log.control({ event: 'listening', listener: name, address, port });
    }
    log.control({ event: 'serving', generation: this.generation });
    service.ready(this.#status());
  }

  async #reloadOnce(): Promise<boolean> {
    if (this.#stopping !== undefined) return false;
    const { service, configPath } = this.#options;
    service.reloading();
    try {
      const compiled = await compileOrRefuse(configPath);
      // A stop may have come while the files were read.
      if (this.#stopping !== undefined) return false;
      applyOrRefuse(this.#native, compiled);
      this.#succeedReload(compiled);
      return true;
    } catch (thrown) {
      this.#failReload(thrown);
      return false;
    }
  }

  #succeedReload(compiled: Accepted): void {
    const { log, service } = this.#options;
    this.#snapshot = compiled.snapshot;
    this.#drainMs = compiled.snapshot.drainMs;
    this.#logIssues(compiled);
    log.control({ event: 'reloaded', generation: this.generation });
    service.ready(this.#status());
  }

  #failReload(thrown: unknown): void {
    const { log, service } = this.#options;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof Refusal) this.#logIssues(thrown);
    const event = 'reload-failed';
    log.control({ event, level: 'error', stillServing: this.generation, reason: message });
    service.ready(`${this.#status()}; the last reload failed: ${message}`);
  }

  #logIssues({ file, source, issues }: Pick<CompiledFile, 'file' | 'source' | 'issues'>): void {
    for (const { severity, code, at, found, expected, fix, offset, mark } of issues) {
      const place = offset === undefined ? source.locate(at, mark) : source.positionOf(offset);
      const where = { file: basename(file), line: place.line, column: place.column, at };
      const words = { found, expected, fix };
      this.#options.log.control({
        event: 'config-issue',
        level: severity,
        code,
        ...where,
        ...words,
      });
    }
  }

  async #drain(): Promise<void> {
    const { log, service } = this.#options;
    service.stopping('finishing the requests in flight');
    log.control({ event: 'draining', deadlineMs: this.#drainMs });
    try {
      this.#close(await this.#native.drain(this.#drainMs));
    } catch (error) {
      // A second stop() closed the gateway, and with it the drain.
      if (!this.#closed) throw error;
    }
  }

  #closeNow(): void {
    if (!this.#closed) this.#close(this.#native.readCounters().connectionsOpen);
  }

  #close(connectionsCut: number): void {
    const { log, service } = this.#options;
    this.#closed = true;
    this.#native.close(); // cuts what is still open, each with a line for the log
    log.detach();
    process.removeListener('exit', this.#closeAtExit);
    service.close();
    log.control({ event: 'stopped', connectionsCut });
  }

  #status(): string {
    const where = this.listeners.map(({ name, address, port }) =>
      address.includes(':') ? `${name} [${address}]:${port}` : `${name} ${address}:${port}`,
    );
    return `serving generation ${this.generation} on ${where.join(', ')}`;
  }
}
