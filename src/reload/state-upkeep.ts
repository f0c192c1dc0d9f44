/**
 * Owns the looking whether what a gateway keeps is still in its state folder: somebody may empty or replace the folder while it runs,
 * and nothing else would write it again before the next reload.
 */

const EVERY_MS = 30_000;

export class StateUpkeep {
  readonly #timer: NodeJS.Timeout;
  #isGone = false;
  #isDue = false;

  /** `isWhole` is asked every half minute; `again` is called once when it has become false. */
  constructor(isWhole: () => Promise<boolean>, again: () => void, everyMs = EVERY_MS) {
    this.#timer = setInterval(() => void this.#look(isWhole, again), everyMs);
    this.#timer.unref();
  }

  /** isDue says, once, that what is kept is to be written again, though the configuration is as before. */
  isDue(): boolean {
    const isDue = this.#isDue;
    this.#isDue = false;
    return isDue;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(isWhole: () => Promise<boolean>, again: () => void): Promise<void> {
    const wasGone = this.#isGone;
    this.#isGone = !(await isWhole());
    if (!this.#isGone || wasGone) return;
    this.#isDue = true;
    again();
  }
}
