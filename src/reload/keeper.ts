/**
 * Owns the decision whether a configuration that serves is kept as the last good one: only when its files still hold what
 * the data plane read.
 */
import { messageOf } from '../gateway-error.js';
import { filesNamedBy } from '../snapshot/public-files.js';
import { digestOf, type FileContents, readContents } from '../state/file-contents.js';
import type { Kept } from '../state/kept-document.js';
import type { LastGood } from '../state/last-good.js';
import type { Announcer } from './announcer.js';
import type { Candidate, FileCandidate } from './candidate.js';

async function holdsStill({ snapshot, contents, locate }: Candidate): Promise<boolean> {
  const digests = (of: readonly FileContents[]): string => of.map(digestOf).join(' ');
  try {
    return digests(await readContents(filesNamedBy(snapshot), locate)) === digests(contents);
  } catch {
    return false; // gone since; the next attempt says what is missing
  }
}

export class Keeper {
  readonly #config: string;
  readonly #announcer: Pick<Announcer, 'kept' | 'notKept'>;
  readonly #lastGood: LastGood | undefined;
  #keptAt: number | undefined;
  #failure = '';

  /** `config` is as ConfigSource.file. */
  constructor(
    config: string,
    announcer: Pick<Announcer, 'kept' | 'notKept'>,
    lastGood: LastGood | undefined,
  ) {
    this.#config = config;
    this.#announcer = announcer;
    this.#lastGood = lastGood;
  }

  /** folder is undefined when nothing is kept. */
  get folder(): string | undefined {
    return this.#lastGood?.folder;
  }

  /** keptAt is when the configuration that serves was kept (Unix milliseconds); undefined when it was not. */
  get keptAt(): number | undefined {
    return this.#keptAt;
  }

  /** failure says why it was not; '' when it was, or when nothing is kept at all. */
  get failure(): string {
    return this.#failure;
  }

  /** isWhole says that what was kept is there, or has no folder that it could be in. */
  async isWhole(): Promise<boolean> {
    return !((await this.#lastGood?.isMissing()) ?? false);
  }

  /**
   * keep keeps what serves. That it could not be written is told, and is no reason not to serve. False: the files have
   * changed since they were read, and should be read again.
   */
  async keep(candidate: FileCandidate): Promise<boolean> {
    if (this.#lastGood === undefined) return true;
    this.#keptAt = undefined;
    const { compiled, contents } = candidate;
    const keptAt = Date.now();
    const kept = { keptAt, config: this.#config, text: compiled.source.text, contents };
    if (!(await holdsStill(candidate))) {
      this.#failure = await this.#overtaken('its files changed while it was loaded', kept);
      return false;
    }
    try {
      const isNew = await this.#lastGood.keep(kept);
      this.#keptAt = keptAt;
      this.#failure = '';
      if (isNew) this.#announcer.kept(this.#lastGood.folder);
    } catch (error) {
      this.#failure = await this.#overtaken(messageOf(error), kept);
      this.#announcer.notKept(this.#failure);
    }
    return true;
  }

  // What was kept before must not be taken for the last that served.
  async #overtaken(reason: string, served: Kept): Promise<string> {
    try {
      await this.#lastGood?.overtake(served);
      return reason;
    } catch (error) {
      return `${reason}; ${messageOf(error)}`;
    }
  }
}
