/**
 * Owns the clock of a gateway under test, which a test sets in place of waiting. It goes on at its own pace from wherever it
 * is set to, and what is open is judged again then, as when somebody sets the clock of a machine.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, type Program } from './gateway.js';

const PRELOAD = new URL('clock-on-signal.mjs', import.meta.url);

export class TestClock {
  readonly #file = join(makeFolder(), 'ahead');
  #ahead = 0;

  /** env is the environment of a gateway that goes by this clock. */
  get env(): NodeJS.ProcessEnv {
    return { NODE_OPTIONS: `--import=${PRELOAD.href}`, PINLATCH_TEST_CLOCK: this.#file };
  }

  /** now is what it shows, in milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#ahead * 1000;
  }

  /** inSeconds is a whole second to come, as a Date. */
  inSeconds(seconds: number): Date {
    return new Date((Math.ceil(this.now() / 1000) + seconds) * 1000);
  }

  /** startAt is what a gateway's clock shows at its start, and whether somebody vouches for it. Before the gateway is started. */
  startAt(moment: Date, confirmed = false): void {
    this.#write(moment, confirmed);
  }

  /** set has the gateway's clock show a moment now. */
  async set(gateway: Program, moment: Date, confirmed = false): Promise<void> {
    this.#write(moment, confirmed);
    await this.#tell(gateway);
  }

  /** setJustBefore has the gateway's clock show the last second before `moment`, which then comes by itself. */
  async setJustBefore(gateway: Program, moment: Date): Promise<void> {
    this.#ahead = moment.getTime() / 1000 - 1 - Math.floor(Date.now() / 1000);
    writeFileSync(this.#file, String(this.#ahead));
    await this.#tell(gateway);
  }

  #write(moment: Date, confirmed: boolean): void {
    this.#ahead = Math.floor(moment.getTime() / 1000) - Math.floor(Date.now() / 1000);
    writeFileSync(this.#file, `${this.#ahead} ${confirmed ? 'confirmed' : 'unconfirmed'}`);
  }

  async #tell({ output, signal }: Program): Promise<void> {
    const from = output.lines.length;
    signal('SIGUSR2');
    await output.find((line) => line.event === 'clock-set' && output.lines.indexOf(line) >= from);
  }
}
