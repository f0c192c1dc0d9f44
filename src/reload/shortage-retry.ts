/**
 * Owns the trying again of a reload that failed because no file descriptor was left for a file: what was changed meanwhile is served
 * when there is one again, though nothing changes any more that a watcher could see.
 */
import { NO_DESCRIPTOR } from '../config/material.js';
import { messageOf } from '../gateway-error.js';
import { Refusal } from './refusal.js';

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

function isShortage(reason: unknown): boolean {
  if (!(reason instanceof Refusal)) return messageOf(reason).includes(NO_DESCRIPTOR);
  return reason.issues.some(
    ({ code, found }) => code === 'descriptors-exhausted' || found.includes(NO_DESCRIPTOR),
  );
}

export class ShortageRetry {
  readonly #again: () => void;
  readonly #firstMs: number;
  #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  /** `again` is called a second after the first failure, and after pauses that double, up to a minute. */
  constructor(again: () => void, firstMs = FIRST_MS) {
    this.#again = again;
    this.#firstMs = firstMs;
    this.#pauseMs = firstMs;
  }

  /** after is told why an attempt failed; any but a shortage is not tried again. */
  after(reason: unknown): void {
    clearTimeout(this.#timer);
    if (!isShortage(reason)) {
      this.reset();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#isDue = true;
      this.#again();
    }, this.#pauseMs);
    this.#timer.unref();
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_MS);
  }

  /** isDue says, once, that the attempt that begins now is made again: that its files look as before says nothing. */
  isDue(): boolean {
    const isDue = this.#isDue;
    this.#isDue = false;
    return isDue;
  }

  /** reset: an attempt succeeded. */
  reset(): void {
    this.close();
    this.#isDue = false;
    this.#pauseMs = this.#firstMs;
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
