/**
 * Owns what becomes of an error that nobody expected while the gateway serves: a line in the log. The data plane needs nothing
 * of the control plane to go on serving, so that a bug there is no reason to take the gateway down.
 */
import { messageOf } from '../gateway-error.js';
import type { LogWriter } from '../telemetry/log-writer.js';

const QUIET_MS = 1000;
const LONGEST_STACK = 4000;

const stackOf = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.stack ?? '').slice(0, LONGEST_STACK) : '';

export class Survival {
  readonly #log: Pick<LogWriter, 'control'>;
  readonly #now: () => number;
  #lastLine = Number.NEGATIVE_INFINITY;
  #leftOut = 0;
  // Both kinds come here: Node hands a rejection that nobody handles on as an uncaught exception.
  readonly #survive = (thrown: unknown): void => this.#tell(thrown);

  constructor(log: Pick<LogWriter, 'control'>, now: () => number = Date.now) {
    this.#log = log;
    this.#now = now;
  }

  /** begin: from now on serving goes on whatever is thrown. Before, at a start, an unexpected error ends the process. */
  begin(): void {
    process.on('uncaughtException', this.#survive);
  }

  end(): void {
    process.off('uncaughtException', this.#survive);
  }

  // At most a line a second: what fails again and again must not fill a card.
  #tell(thrown: unknown): void {
    const now = this.#now();
    if (now - this.#lastLine < QUIET_MS) {
      this.#leftOut++;
      return;
    }
    this.#lastLine = now;
    const event = { event: 'unexpected-error', level: 'error', reason: messageOf(thrown) } as const;
    this.#log.control({ ...event, leftOut: this.#leftOut, stack: stackOf(thrown) });
    this.#leftOut = 0;
  }
}
