/**
 * Owns what a gateway remembers of revocation lists beyond its own life: it hands the data plane what was kept, and keeps what the
 * data plane has come to. Without a state folder the data plane remembers until the end, and no longer.
 */
import { EngineError } from '../engine/engine-error.js';
import type { NativeGateway, RememberedList } from '../engine/native.js';
import { GatewayError, messageOf } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { markOf } from './list-numbers-document.js';
import type { ListNumbersFile } from './list-numbers-file.js';
import { drop, listsOf, nameOf, overtakenBy, type Series } from './list-series.js';

type Memory = Pick<NativeGateway, 'rememberList' | 'rememberedLists' | 'forgetLists'>;
/** Teller is who tells operators; see Announcer. */
export interface Teller {
  listNumbersLost(reason: string): void;
  listNumbersReplaced(lists: number): void;
  listNumbersFound(folder: string, lists: number, overtaken: readonly string[]): void;
  listNumbersKept(folder: string, lists: number): void;
  listNumbersNotKept(reason: string): void;
}

export interface ListNumbersOptions {
  /** Left out: nothing is kept. */
  readonly file?: ListNumbersFile;
  readonly announcer: Teller;
}

// Which key signed a list of an issuer that is in no bundle is found out when somebody presents that issuer; and a folder may be
// repaired while nobody reloads.
const AGAIN_MS = 10_000;

const isProven = ({ key }: RememberedList): boolean => key !== '';

export class ListNumbers {
  readonly #file: ListNumbersFile | undefined;
  readonly #announcer: Teller;
  #kept: readonly RememberedList[] = [];
  #lost = '';
  #isGone = false;
  #failure = '';
  #told = '';
  #turn: Promise<unknown> = Promise.resolve();
  #again: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** open reads what was kept. That it cannot be read is told, and is no reason not to serve. */
  static async open(options: ListNumbersOptions): Promise<ListNumbers> {
    const numbers = new ListNumbers(options);
    await numbers.#read();
    return numbers;
  }

  private constructor({ file, announcer }: ListNumbersOptions) {
    this.#file = file;
    this.#announcer = announcer;
  }

  /** folder is undefined when nothing is kept. */
  get folder(): string | undefined {
    return this.#file?.folder;
  }

  /** lost says why what was kept could not be used at the start; '' when it could. */
  get lost(): string {
    return this.#lost;
  }

  /** failure says why the numbers are not kept; '' when they are, or when nothing is kept at all. */
  get failure(): string {
    return this.#failure;
  }

  /** isWhole says that the numbers that were kept are still there; true when none were. */
  async isWhole(): Promise<boolean> {
    return (await this.#file?.isWhole()) ?? true;
  }

  /**
   * standIn takes lists that served in the place of what was kept, where that is gone, and tells so. `served` is asked only then;
   * that it fails is told, and is no reason not to serve.
   */
  async standIn(served: () => Promise<readonly RememberedList[]>): Promise<void> {
    if (!this.#isGone) return;
    try {
      this.#kept = (await served()).filter(isProven);
    } catch (error) {
      const why = messageOf(error);
      // A folder that is refused is refused with both files, for the same reason.
      if (why !== this.#lost) this.#lose(this.#lost === '' ? why : `${this.#lost}; ${why}`);
      return;
    }
    if (this.#kept.length === 0) return; // no list was remembered
    if (this.#lost === '') this.#lose(`${literal(this.#file?.path ?? '')}: there is no such file`);
    this.#announcer.listNumbersReplaced(this.#kept.length);
  }

  /** recall hands what was kept to a data plane, before its first snapshot. */
  recall(memory: Memory): void {
    this.#remember(memory, this.#kept);
  }

  /** catchUp hands over what the file has beyond that, before a snapshot is judged by it: a start may not have been able to read it. */
  catchUp(memory: Memory): Promise<void> {
    return this.#inTurn(async () => void (await this.#merge(memory)));
  }

  /** save keeps what the data plane has come to, if that is anything new. That it cannot be written is told. */
  save(memory: Memory): Promise<void> {
    return this.#inTurn(() => this.#save(memory));
  }

  /**
   * forget drops what is remembered of an issuer in a trust bundle, from memory and from the file, and returns it.
   * Error: GatewayError admin-refused when there is nothing of that name.
   */
  forget(memory: Memory, series: Series): Promise<readonly RememberedList[]> {
    return this.#inTurn(async () => {
      await this.#merge(memory); // first, or the file would bring it back
      const dropped = listsOf(memory.rememberedLists(), series);
      drop(memory, series, dropped, markOf);
      await this.#write(memory);
      if (this.#failure === '') return dropped;
      const why = `forgotten until the next start only: ${this.#failure}`;
      throw new GatewayError('admin-refused', why);
    });
  }

  /** close saves no more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
  }

  #inTurn<T>(deed: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(deed);
    // Whoever asked is told; the next one is not held up by it.
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #read(): Promise<void> {
    if (this.#file === undefined) return;
    try {
      this.#kept = await this.#file.read();
      this.#isGone = !(await this.#file.isThere());
    } catch (error) {
      this.#isGone = await this.#file.isThere();
      // Where neither a file is nor lists have served, nothing was lost.
      if (this.#isGone) this.#lose(messageOf(error));
      await this.#spare(this.#file, messageOf(error));
    }
  }

  // What cannot be read is not overwritten: it may be whole, or somebody may want to know what was in it.
  async #spare(file: ListNumbersFile, why: string): Promise<void> {
    this.#failure = why;
    if (!file.isDamaged) return;
    try {
      await file.setAside();
      this.#failure = '';
    } catch (error) {
      this.#failure = `${why}, and it cannot be renamed: ${messageOf(error)}`;
    }
  }

  #lose(reason: string): void {
    this.#lost = reason;
    this.#announcer.listNumbersLost(reason);
  }

  #remember(memory: Memory, lists: readonly RememberedList[]): void {
    for (const list of lists) {
      try {
        memory.rememberList(markOf(list));
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        this.#lose(`${list.bundle}, ${list.issuerName}: ${error.message}`);
      }
    }
  }

  // The data plane takes a number only upwards, so that the file is never replaced by something lower than it had.
  async #merge(memory: Memory): Promise<void> {
    if (this.#file === undefined || this.#isClosed) return;
    try {
      const found = await this.#file.readOther();
      this.#failure = '';
      if (this.#isClosed || found === undefined || found.length === 0) return;
      this.#lost = '';
      const before = memory.rememberedLists();
      this.#remember(memory, found);
      const overtaken = overtakenBy(before, memory.rememberedLists());
      this.#announcer.listNumbersFound(this.#file.folder, found.length, overtaken.map(nameOf));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      await this.#spare(this.#file, error.message);
    }
  }

  async #save(memory: Memory): Promise<void> {
    await this.#merge(memory);
    await this.#write(memory);
    clearTimeout(this.#again);
    if (this.#isClosed || this.#file === undefined) return;
    if (this.#failure === '' && memory.rememberedLists().every(isProven)) return;
    this.#again = setTimeout(() => void this.save(memory), AGAIN_MS);
    this.#again.unref();
  }

  async #write(memory: Memory): Promise<void> {
    if (this.#file === undefined || this.#isClosed) return;
    if (this.#failure === '') await this.#tryToWrite(this.#file, memory.rememberedLists());
    // Once a reason: it is tried again and again.
    if (this.#failure !== this.#told && this.#failure !== '')
      this.#announcer.listNumbersNotKept(this.#failure);
    this.#told = this.#failure;
  }

  async #tryToWrite(file: ListNumbersFile, lists: readonly RememberedList[]): Promise<void> {
    const proven = lists.filter(isProven);
    try {
      const isNew = await file.write(proven);
      if (isNew) this.#announcer.listNumbersKept(file.folder, proven.length);
    } catch (error) {
      this.#failure = messageOf(error);
    }
  }
}
