/**
 * Owns what a gateway remembers of revocation lists beyond its own life: it hands the data plane what was kept, and keeps what the
 * data plane has come to. Without a state folder the data plane remembers until the end, and no longer.
 */
import { EngineError } from '../engine/engine-error.js';
import type { NativeGateway, RememberedList } from '../engine/native.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import type { Announcer } from './announcer.js';
import { markOf } from './list-numbers-document.js';
import type { ListNumbersFile } from './list-numbers-file.js';
import { messageOf } from './outcome.js';

type Memory = Pick<NativeGateway, 'rememberList' | 'rememberedLists' | 'forgetLists'>;
type Teller = Pick<Announcer, 'listNumbersLost' | 'listNumbersKept' | 'listNumbersNotKept'>;

export interface ListNumbersOptions {
  /** Left out: nothing is kept. */
  readonly file?: ListNumbersFile;
  readonly announcer: Teller;
}

// Which key signed a list of an issuer that is in no bundle is found out when somebody presents that issuer.
const LEARNING_MS = 10_000;

const isProven = ({ key }: RememberedList): boolean => key !== '';

export class ListNumbers {
  readonly #file: ListNumbersFile | undefined;
  readonly #announcer: Teller;
  #kept: readonly RememberedList[] = [];
  #lost = '';
  #failure = '';
  #mayWrite = true;
  #turn: Promise<void> = Promise.resolve();
  #learning: NodeJS.Timeout | undefined;
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

  /** recall hands what was kept to a data plane, before its first snapshot. */
  recall(memory: Memory): void {
    for (const list of this.#kept) {
      try {
        memory.rememberList(markOf(list));
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        this.#lose(`${list.bundle}, ${list.issuerName}: ${error.message}`);
      }
    }
  }

  /** save keeps what the data plane has come to, if that is anything new. That it cannot be written is told. */
  save(memory: Memory): Promise<void> {
    const saved = this.#turn.then(() => this.#save(memory));
    // Whoever asked is told; the next one is not held up by it.
    this.#turn = saved.catch(() => undefined);
    return saved;
  }

  /**
   * forget drops what is remembered of an issuer in a trust bundle, from memory and from the file, and returns it.
   * Error: GatewayError admin-refused when there is nothing of that name.
   */
  async forget(
    memory: Memory,
    bundle: string,
    issuerName: string,
  ): Promise<readonly RememberedList[]> {
    const dropped = listsOf(memory.rememberedLists(), bundle, issuerName);
    for (const { issuer } of dropped) memory.forgetLists(bundle, issuer);
    await this.save(memory);
    if (this.#failure !== '')
      throw new GatewayError(
        'admin-refused',
        `forgotten until the next start only: ${this.#failure}`,
      );
    return dropped;
  }

  /** close saves no more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#learning);
  }

  async #read(): Promise<void> {
    if (this.#file === undefined) return;
    try {
      this.#kept = await this.#file.read();
    } catch (error) {
      this.#lose(messageOf(error));
      await this.#spare(this.#file, messageOf(error));
    }
  }

  // What cannot be read is not overwritten: it may be whole, or somebody may want to know what was in it.
  async #spare(file: ListNumbersFile, why: string): Promise<void> {
    try {
      if (file.isDamaged) return await file.setAside();
      this.#failure = why;
    } catch (error) {
      this.#failure = `${why}, and it cannot be renamed: ${messageOf(error)}`;
    }
    this.#mayWrite = false;
  }

  #lose(reason: string): void {
    this.#lost = reason;
    this.#announcer.listNumbersLost(reason);
  }

  async #save(memory: Memory): Promise<void> {
    const lists = memory.rememberedLists();
    await this.#write(lists.filter(isProven));
    clearTimeout(this.#learning);
    if (this.#isClosed || this.#file === undefined || lists.every(isProven)) return;
    this.#learning = setTimeout(() => void this.save(memory), LEARNING_MS);
    this.#learning.unref();
  }

  async #write(lists: readonly RememberedList[]): Promise<void> {
    if (this.#file === undefined || !this.#mayWrite) return;
    try {
      const isNew = await this.#file.write(lists);
      this.#failure = '';
      if (isNew) this.#announcer.listNumbersKept(this.#file.folder, lists.length);
    } catch (error) {
      this.#failure = messageOf(error);
      this.#announcer.listNumbersNotKept(this.#failure);
    }
  }
}

/** listsOf finds what is remembered of an issuer in a bundle. Error: GatewayError admin-refused, with what there is. */
export function listsOf(
  lists: readonly RememberedList[],
  bundle: string,
  issuerName: string,
): readonly RememberedList[] {
  const found = lists.filter((one) => one.bundle === bundle && one.issuerName === issuerName);
  if (found.length > 0) return found;
  const known = new Set(lists.map((one) => `${literal(one.bundle)} ${literal(one.issuerName)}`));
  const there =
    known.size === 0 ? 'nothing is remembered at all' : `there is ${[...known].join(', ')}`;
  const asked = `${literal(bundle)} ${literal(issuerName)}`;
  throw new GatewayError('admin-refused', `no list of ${asked} is remembered: ${there}`);
}
