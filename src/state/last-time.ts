/**
 * Owns the time at which a gateway last served under a clock that somebody vouches for: below it a clock is known to be wrong, at
 * the next start too. It is kept in the state folder; without one it is known until the end, and no longer.
 */
import type { NativeGateway } from '../engine/native.js';
import { messageOf } from '../gateway-error.js';
import type { LastTimeFile } from './last-time-file.js';

/** Teller is who tells operators; see Announcer. */
export interface TimeTeller {
  timeUnusable(reason: string): void;
  /** timeAhead: a clock that somebody vouches for says `now`, and one said `kept` before (Unix seconds). */
  timeAhead(kept: number, now: number): void;
  timeNotKept(reason: string): void;
}

export interface LastTimeOptions {
  /** Left out: nothing is kept. */
  readonly file?: LastTimeFile;
  readonly announcer: TimeTeller;
}

type Clock = Pick<NativeGateway, 'readClock'>;

const HOUR_SECONDS = 3600;
const DAY_MS = 24 * HOUR_SECONDS * 1000;

export class LastTime {
  readonly #file: LastTimeFile | undefined;
  readonly #announcer: TimeTeller;
  #kept: number | undefined;
  #isWritten = false;
  #told = '';
  #isAheadTold = false;
  #daily: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();

  /** open reads what was kept. That it cannot be read is told, and is no reason not to serve. */
  static async open(options: LastTimeOptions): Promise<LastTime> {
    const time = new LastTime(options);
    await time.#read();
    return time;
  }

  private constructor({ file, announcer }: LastTimeOptions) {
    this.#file = file;
    this.#announcer = announcer;
  }

  /** recall tells the data plane, before the first snapshot. */
  recall(native: Pick<NativeGateway, 'raiseClockFloor'>): void {
    if (this.#kept !== undefined) native.raiseClockFloor(this.#kept);
  }

  /** begin notes the time from now on, once a day: cards wear out. */
  begin(native: Clock): void {
    this.#daily = setInterval(() => this.note(native), DAY_MS);
    this.#daily.unref();
    this.note(native);
  }

  /**
   * note keeps the present time, if somebody vouches for it, and if what was kept is an hour older. Where its file is gone, the time is
   * written again: the present one if somebody vouches for it, since who removes the file has what was kept forgotten.
   */
  note(native: Clock): void {
    const { now, confirmed } = native.readClock();
    if (confirmed) this.#compare(now);
    const file = this.#file;
    if (file === undefined || this.#kept === undefined) return;
    this.#turn = this.#turn.then(() => this.#write(file, confirmed ? now : undefined));
  }

  #compare(now: number): void {
    const isAhead = this.#kept !== undefined && this.#kept >= now + HOUR_SECONDS;
    if (isAhead && !this.#isAheadTold) this.#announcer.timeAhead(this.#kept ?? now, now);
    this.#isAheadTold = isAhead;
    if (this.#kept !== undefined && now < this.#kept + HOUR_SECONDS) return;
    this.#kept = now;
    this.#isWritten = false;
  }

  /** isWhole says that the time that was kept is still there; true when none was. */
  async isWhole(): Promise<boolean> {
    return !this.#isWritten || ((await this.#file?.isThere()) ?? true);
  }

  /** close notes no more; it resolves when what was noted is written. */
  close(): Promise<void> {
    clearInterval(this.#daily);
    return this.#turn;
  }

  async #read(): Promise<void> {
    try {
      this.#kept = await this.#file?.read();
      this.#isWritten = this.#kept !== undefined;
    } catch (error) {
      this.#announcer.timeUnusable(messageOf(error));
    }
  }

  async #write(file: LastTimeFile, confirmed: number | undefined): Promise<void> {
    if (this.#isWritten) {
      if (await file.isThere()) return;
      this.#kept = confirmed ?? this.#kept;
    }
    this.#isWritten = false;
    try {
      if (this.#kept !== undefined) await file.write(this.#kept);
      this.#isWritten = true;
      this.#told = '';
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#told) this.#announcer.timeNotKept(reason);
      this.#told = reason;
    }
  }
}
