/**
 * Owns the turns of reloads: one runs at a time, and all that are asked for meanwhile become one more after it.
 */

export class OneAtATime<A, R> {
  readonly #act: (argument: A) => Promise<R>;
  readonly #merge: (queued: A, later: A) => A;
  #last: Promise<unknown> = Promise.resolve();
  #queued: { argument: A; readonly turn: Promise<R> } | undefined;

  /** `act` is a turn. `merge` says what becomes of the arguments when a request joins one that waits. */
  constructor(act: (argument: A) => Promise<R>, merge: (queued: A, later: A) => A) {
    this.#act = act;
    this.#merge = merge;
  }

  /** request resolves with the outcome of a turn that began after it was called. */
  request(argument: A): Promise<R> {
    const queued = this.#queued;
    if (queued !== undefined) {
      queued.argument = this.#merge(queued.argument, argument);
      return queued.turn;
    }
    const turn = this.#last.then(() => this.#begin(argument));
    this.#queued = { argument, turn };
    // A turn that fails does not hold up the next one; whoever asked for it is told.
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #begin(argument: A): Promise<R> {
    const merged = this.#queued?.argument ?? argument;
    this.#queued = undefined;
    return this.#act(merged);
  }
}
