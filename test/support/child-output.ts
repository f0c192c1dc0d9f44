/**
 * Owns what a child process prints and how it ends: every line is kept, and a test waits for one. A child is ended by its
 * process id, at the latest when this process ends. What the lines mean is for others.
 */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { t } from 'tap';

/** LogLine is one line of the gateway's log. */
export interface LogLine {
  readonly time: number;
  readonly type: string;
  readonly event?: string;
  readonly [field: string]: unknown;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** LogReader collects lines, and lets a test wait for one. */
export class LogReader {
  readonly lines: LogLine[] = [];
  readonly text: string[] = [];
  readonly #waiting = new Set<() => void>();
  #ended: string | undefined;

  add(text: string): void {
    this.text.push(text);
    try {
      this.lines.push(JSON.parse(text));
    } catch {
      // Not every program under test logs JSON; `text` has it.
    }
    for (const check of this.#waiting) check();
  }

  end(reason: string): void {
    this.#ended = reason;
    for (const check of this.#waiting) check();
  }

  /** find resolves with the first line that fits, now or later; it rejects when the program ends without one. */
  find(fits: (line: LogLine) => boolean): Promise<LogLine> {
    return this.#until(() => this.lines.find(fits));
  }

  /** findText does the same for lines as they were printed. */
  findText(fits: (text: string) => boolean): Promise<string> {
    return this.#until(() => this.text.find(fits));
  }

  /** event waits for a control event by its name. */
  event(name: string): Promise<LogLine> {
    return this.find((line) => line.type === 'control' && line.event === name);
  }

  #until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = look();
        if (found === undefined && this.#ended === undefined) return;
        this.#waiting.delete(check);
        if (found !== undefined) resolve(found);
        else reject(new Error(`${this.#ended}; it printed:\n${this.text.join('\n')}`));
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** Followed is what there is to see of a child. */
export interface Followed {
  readonly output: LogReader;
  readonly errors: LogReader;
  /** Resolves when it has ended and everything that it printed was read. */
  readonly exited: Promise<Exit>;
}

/** followChild reads a child that has pipes for both outputs; `name` is what errors call it. */
export function followChild(
  child: ChildProcess & { readonly stdout: Readable; readonly stderr: Readable },
  name: string,
): Followed {
  const output = new LogReader();
  const errors = new LogReader();
  createInterface({ input: child.stdout }).on('line', (line) => output.add(line));
  createInterface({ input: child.stderr }).on('line', (line) => errors.add(line));
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  t.teardown(endWithUs); // of the whole file: a test that fails leaves no child behind to wait for
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', endWithUs);
      const end = `${name} ended (${signal ?? `exit code ${code}`}): ${errors.text.join('\n')}`;
      output.end(end);
      errors.end(end);
      resolve({ code, signal });
    });
  });
  return { output, errors, exited };
}
