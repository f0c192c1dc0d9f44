/**
 * Owns the waiting until a burst of events is over: quiet for a while, or going on for too long.
 */

export interface SettleTimes {
  /** How long nothing may have happened. */
  readonly quietMs: number;
  /** How long events may go on before they are acted upon all the same. */
  readonly mostMs: number;
}

/** TIMES is enough for a tool that writes several files one after the other. */
export const TIMES: SettleTimes = Object.freeze({ quietMs: 300, mostMs: 3000 });

export class Settle {
  readonly #act: () => void;
  readonly #times: SettleTimes;
  #quiet: NodeJS.Timeout | undefined;
  #most: NodeJS.Timeout | undefined;

  /** `act` is called once for each burst. */
  constructor(act: () => void, times: SettleTimes = TIMES) {
    this.#act = act;
    this.#times = times;
  }

  /** poke tells of an event. */
  poke(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#fire(), this.#times.quietMs);
    this.#most ??= setTimeout(() => this.#fire(), this.#times.mostMs);
  }

  /** close forgets what was told. */
  close(): void {
    clearTimeout(this.#quiet);
    clearTimeout(this.#most);
    this.#quiet = undefined;
    this.#most = undefined;
  }

  #fire(): void {
    this.close();
    this.#act();
  }
}
