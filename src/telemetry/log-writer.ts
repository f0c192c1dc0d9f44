/**
 * Owns the way of event lines to standard output. Nothing piles up here: while the reader is slow, or the disk is full, the data
 * plane's lines stay in its own bounded logs, which drop what does not fit and count it, and the control plane's wait in a
 * short queue.
 */
import { streamProblem } from '../write-problem.js';
import { type ControlEvent, controlLine } from './event-record.js';
import { formatForPeople } from './human-format.js';
import type { LogStream } from './log-stream.js';

/** DroppedLines counts the lines that found no room, since the start, by their kind. */
export interface DroppedLines {
  readonly accessLinesDropped: number;
  readonly securityLinesDropped: number;
  readonly upstreamLinesDropped: number;
}

/** EventSource is where the data plane's lines come from: a gateway. */
export interface EventSource {
  onEvents(callback: () => void): void;
  drainEvents(): Buffer;
  dropped(): DroppedLines;
}

export interface LogWriterOptions {
  readonly format: 'json' | 'text';
  readonly colour: boolean;
  /** onFailing is told when the stream begins to fail (its reader went away, the disk is full), once for each outage. */
  readonly onFailing: (error: Error) => void;
  readonly now?: () => number;
}

/** LogFailure is an outage that lasts; `since` in Unix milliseconds. */
export interface LogFailure {
  readonly reason: string;
  readonly since: number;
}

// Lines are fetched in batches: a wake-up of this thread for every request would cost more than the request.
const BATCH_MS = 20;
const MOST_WAITING = 1000;
// An outage that begins again so soon is the same one to whoever is told: a full disk takes a line now and then.
const SAME_OUTAGE_MS = 60_000;

const NONE_DROPPED: DroppedLines = {
  accessLinesDropped: 0,
  securityLinesDropped: 0,
  upstreamLinesDropped: 0,
};

export class LogWriter {
  readonly #stream: LogStream;
  readonly #options: LogWriterOptions;
  readonly #now: () => number;
  #source: EventSource | undefined;
  #batch: NodeJS.Timeout | undefined;
  #blocked = false;
  #failure: LogFailure | undefined;
  #recoveredAt = Number.NEGATIVE_INFINITY;
  #flushed = false;
  #waiting: string[] = [];
  #waitingDropped = 0;
  #sourceDropped = NONE_DROPPED;

  constructor(stream: LogStream, options: LogWriterOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    stream.on('drain', () => this.#unblock());
    stream.on('error', (error) => this.#fail(error));
  }

  /** failure is the outage that lasts, if there is one; it is looked for also where nothing was written since it began. */
  get failure(): LogFailure | undefined {
    this.#stream.look();
    return this.#failure;
  }

  /** attach passes the source's lines on from now on. One source at a time. */
  attach(source: EventSource): void {
    this.#source = source;
    this.#sourceDropped = source.dropped();
    source.onEvents(() => {
      this.#batch ??= setTimeout(() => this.#pump(), BATCH_MS);
    });
  }

  /** detach passes on what the source still holds, room or not, and lets go of it. */
  detach(): void {
    this.#handOver();
    this.#source = undefined;
  }

  /** control writes an event of the control plane. */
  control(event: ControlEvent): void {
    if (this.#flushed) return; // a line that nobody reads would keep the process alive
    const line = controlLine(this.#now(), event);
    this.#pump(); // What happened before stands before it.
    if (!this.#blocked) this.#write(line);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(line);
    else this.#waitingDropped++;
  }

  /**
   * flush hands over everything there is, room or not, and resolves true once the reader has it all or the stream fails, false
   * when that takes longer than `deadlineMs`. For the end, when nothing more is coming.
   */
  async flush(deadlineMs: number): Promise<boolean> {
    this.#handOver();
    this.#flushed = true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), deadlineMs);
      // Called in turn, after all that was written before, or when the stream fails.
      this.#stream.write('', () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #handOver(): void {
    if (this.#failure !== undefined) this.#stream.write(''); // perhaps there is room by now
    this.#blocked = false;
    this.#writeWaiting();
    this.#blocked = false;
    this.#pump();
  }

  // While the reader is slow the lines stay with the source, which is not asked again before it takes more.
  #pump(): void {
    clearTimeout(this.#batch);
    this.#batch = undefined;
    if (this.#source === undefined || this.#blocked) return;
    this.#reportDropped();
    const lines = this.#source.drainEvents();
    if (lines.length > 0) this.#write(lines);
  }

  #write(lines: Buffer | string): void {
    const { format, colour } = this.#options;
    const chunk = format === 'json' ? lines : forPeople(lines.toString(), colour);
    this.#blocked = !this.#stream.write(chunk);
  }

  #unblock(): void {
    this.#blocked = false;
    this.#tellOutage();
    this.#writeWaiting();
    this.#pump();
  }

  // The first line after an outage.
  #tellOutage(): void {
    if (this.#failure === undefined) return;
    const { reason, since } = this.#failure;
    const now = this.#now();
    this.#failure = undefined;
    this.#recoveredAt = now;
    const event = { event: 'log-resumed', level: 'warning', reason, since } as const;
    this.#write(controlLine(now, { ...event, ...this.#takeDropped() }));
  }

  #writeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#write(waiting.join(''));
  }

  #reportDropped(): void {
    const dropped = this.#takeDropped();
    if (dropped.count === 0) return;
    const event = { event: 'events-dropped', level: 'warning', ...dropped } as const;
    this.#write(controlLine(this.#now(), event));
  }

  // What was lost since it was last told, by where: `output` is what standard output had taken.
  #takeDropped() {
    const before = this.#sourceDropped;
    const total = this.#source?.dropped() ?? before;
    const kinds = {
      access: total.accessLinesDropped - before.accessLinesDropped,
      security: total.securityLinesDropped - before.securityLinesDropped,
      upstream: total.upstreamLinesDropped - before.upstreamLinesDropped,
      control: this.#waitingDropped,
      output: this.#stream.takeLost(),
    };
    this.#sourceDropped = total;
    this.#waitingDropped = 0;
    return { count: Object.values(kinds).reduce((sum, one) => sum + one, 0), ...kinds };
  }

  #fail(error: Error): void {
    this.#blocked = true;
    if (this.#failure !== undefined) return;
    const now = this.#now();
    this.#failure = Object.freeze({ reason: streamProblem(error), since: now });
    if (now - this.#recoveredAt >= SAME_OUTAGE_MS) this.#options.onFailing(error);
  }
}

function forPeople(lines: string, colour: boolean): string {
  const each = lines.split('\n').filter((line) => line !== '');
  return each.map((line) => `${formatForPeople(line, { colour })}\n`).join('');
}
