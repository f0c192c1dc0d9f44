/**
 * Owns the way of lines into a pipe, a socket or a terminal: a reader that goes away may be followed by another, as on a
 * named pipe.
 */
import { EventEmitter } from 'node:events';
import { countLines, type LogStream, RETRY_MS } from './log-stream.js';

/** PipeStream is the part of a Writable that is needed; it outlives its errors, as process.stdout does. */
export interface PipeStream {
  write(chunk: Uint8Array | string, done: (error?: Error | null) => void): boolean;
  on(event: 'drain', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface OutputPipeOptions {
  /** isReaderGone looks without writing. */
  readonly isReaderGone?: () => boolean;
  readonly retryMs?: number;
}

/** OutputPipe waits for no reader: what one does not take in time waits in the stream. */
export class OutputPipe extends EventEmitter implements LogStream {
  readonly #stream: PipeStream;
  readonly #isReaderGone: () => boolean;
  readonly #retryMs: number;
  #isFailing = false;
  #retry: NodeJS.Timeout | undefined;
  #lost = 0;

  constructor(
    stream: PipeStream,
    { isReaderGone = () => false, retryMs = RETRY_MS }: OutputPipeOptions = {},
  ) {
    super();
    this.#isReaderGone = isReaderGone;
    this.#stream = stream;
    this.#retryMs = retryMs;
    stream.on('drain', () => {
      if (!this.#isFailing) this.emit('drain');
    });
    stream.on('error', (error) => this.#fail(error));
  }

  write(chunk: Uint8Array | string, done?: () => void): boolean {
    const isRoom = this.#stream.write(chunk, (error) => {
      if (error) this.#lost += countLines(chunk);
      done?.();
    });
    return isRoom && !this.#isFailing;
  }

  look(): void {
    if (!this.#isFailing && this.#isReaderGone())
      this.#fail(Object.assign(new Error('its reader is gone'), { code: 'EPIPE' }));
  }

  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  #fail(error: Error): void {
    this.#isFailing = true;
    this.#retry ??= setTimeout(() => this.#tryAgain(), this.#retryMs).unref();
    this.emit('error', error);
  }

  // How much of a line the last reader took is not known: a line feed ends it.
  #tryAgain(): void {
    this.#retry = undefined;
    this.#stream.write('\n', (error) => {
      if (error) return; // and the stream says so
      this.#isFailing = false;
      this.emit('drain');
    });
  }
}
