/**
 * Owns the way of event lines to standard output. Nothing piles up here: while the reader is slow, the data plane's lines
 * stay in its own bounded logs, which drop what does not fit and count it, and the control plane's wait in a short queue.
 */
import { type ControlEvent, controlLine } from './event-record.js';
import { formatForPeople } from './human-format.js';

/** LogStream is the part of a Writable that the writer uses. */
export interface LogStream {
  write(chunk: Uint8Array | string, done?: () => void): boolean;
  on(event: 'drain', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

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
  /** onBroken is told, once, when the stream fails for good (its reader went away). */
  readonly onBroken: (error: Error) => void;
  readonly now?: () => number;
}

// Lines are fetched in batches: a wake-up of this thread for every request would cost more than the request.
const BATCH_MS = 20;
const MOST_WAITING = 1000;

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
  #broken = false;
  #flushed = false;
  #waiting: string[] = [];
  #waitingDropped = 0;
  #sourceDropped = NONE_DROPPED;

  constructor(stream: LogStream, options: LogWriterOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    stream.on('drain', () => this.#unblock());
    stream.on('error', (error) => this.#break(error));
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
    this.#blocked = false;
    this.#writeWaiting();
    this.#pump();
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
   * flush hands over everything there is, room or not, and resolves true once the reader has it all, false when that
   * takes longer than `deadlineMs`. For the end, when nothing more is coming.
   */
  async flush(deadlineMs: number): Promise<boolean> {
    this.#blocked = false;
    this.#writeWaiting();
    this.#pump();
    this.#flushed = true;
    if (this.#broken) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), deadlineMs);
      // Called in turn, after all that was written before, or when the stream fails.
      this.#stream.write('', () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  // While the reader is slow the lines stay with the source, which is not asked again before it takes more.
  #pump(): void {
    clearTimeout(this.#batch);
    this.#batch = undefined;
    if (this.#source === undefined || this.#blocked || this.#broken) return;
    this.#reportDropped(this.#source);
    const lines = this.#source.drainEvents();
    if (lines.length > 0) this.#write(lines);
  }

  #write(lines: Buffer | string): void {
    if (this.#broken) return;
    const { format, colour } = this.#options;
    const chunk = format === 'json' ? lines : forPeople(lines.toString(), colour);
    this.#blocked = !this.#stream.write(chunk);
  }

  #unblock(): void {
    this.#blocked = false;
    this.#writeWaiting();
    this.#pump();
  }

  #writeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#write(waiting.join(''));
  }

  #reportDropped(source: EventSource): void {
    const total = source.dropped();
    const before = this.#sourceDropped;
    const kinds = {
      access: total.accessLinesDropped - before.accessLinesDropped,
      security: total.securityLinesDropped - before.securityLinesDropped,
      upstream: total.upstreamLinesDropped - before.upstreamLinesDropped,
      control: this.#waitingDropped,
    };
    this.#sourceDropped = total;
    this.#waitingDropped = 0;
    const count = Object.values(kinds).reduce((sum, one) => sum + one, 0);
    if (count === 0) return;
    const event = { event: 'events-dropped', level: 'warning', count, ...kinds } as const;
    this.#write(controlLine(this.#now(), event));
  }

  #break(error: Error): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#options.onBroken(error);
  }
}

function forPeople(lines: string, colour: boolean): string {
  const each = lines.split('\n').filter((line) => line !== '');
  return each.map((line) => `${formatForPeople(line, { colour })}\n`).join('');
}
