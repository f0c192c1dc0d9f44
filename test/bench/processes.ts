/**
 * Owns the processes that the bench starts: each on one CPU, each ended by its process id, none left
 * behind when the bench ends in whatever way.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const STOP_MS = 5000;
const POLL_MS = 20;
const KEPT_OUTPUT = 64 * 1024;

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Running is one started process. Output is kept up to a bound; of a server, only standard error. */
export interface Running {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly exit: Promise<Exit>;
  hasEnded(): boolean;
  stdout(): string;
  stderr(): string;
}

const live = new Set<ChildProcess>();

/** processTree returns `pid` and all its descendants that run now. */
export function processTree(pid: number): readonly number[] {
  const children = (of: number): number[] =>
    threads(of).flatMap((thread) =>
      readOr(`/proc/${of}/task/${thread}/children`, '').split(' ').filter(Boolean).map(Number),
    );
  return [pid, ...children(pid).flatMap(processTree)];
}

/** threads returns the thread ids of a process; none when it has ended. */
export function threads(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

// A process of the tree may end between the listing and the reading.
function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fallback;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended on its own.
  }
}

/** killAll ends every process that still runs, at once; for the bench's own end. */
export function killAll(): void {
  for (const { pid } of live) {
    if (pid !== undefined) {
      for (const member of processTree(pid)) {
        kill(member, 'SIGKILL');
      }
    }
  }
}

export interface StartOptions {
  readonly cpu: number;
  /** Keeps standard output. */
  readonly output?: boolean;
  /** An open file that standard output goes to. Without this and `output` it goes to /dev/null. */
  readonly outputFile?: number;
}

/** start runs `command` on one CPU. Standard input stays open until the caller ends it. */
export function start(command: Command, options: StartOptions): Running {
  const child = spawn('taskset', ['-c', String(options.cpu), command.program, ...command.args], {
    env: { ...process.env, ...command.env },
    stdio: ['pipe', options.output === true ? 'pipe' : (options.outputFile ?? 'ignore'), 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) {
    throw new Error('cannot run taskset: install the Debian package util-linux');
  }
  live.add(child);
  // Writing to a process that has just ended is not worth more than its exit code, which is checked.
  child.stdin?.on('error', () => undefined);
  const kept = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      kept[name] = (kept[name] + text).slice(-KEPT_OUTPUT);
    });
  }
  let ended = false;
  const exit = new Promise<Exit>((resolve) => {
    child.on('close', (code, signal) => {
      ended = true;
      live.delete(child);
      resolve({ code, signal });
    });
  });
  return {
    pid,
    child,
    exit,
    hasEnded: () => ended,
    stdout: () => kept.stdout,
    stderr: () => kept.stderr,
  };
}

/** stop asks a server to end and sees to it that it does, with all its children. */
export async function stop(running: Running): Promise<void> {
  const members = processTree(running.pid);
  kill(running.pid, 'SIGTERM');
  const ended = await within(running.exit, STOP_MS);
  if (ended === undefined) {
    for (const member of members) {
      kill(member, 'SIGKILL');
    }
    await running.exit;
  }
}

/** succeeded waits for a client to end by itself and throws unless it exits with 0 in time. */
export async function succeeded(running: Running, name: string, ms: number): Promise<void> {
  const exit = await within(running.exit, ms);
  if (exit === undefined) {
    await stop(running);
    throw new Error(`${name} did not end within ${ms / 1000} s`);
  }
  if (exit.code !== 0) {
    const how = exit.signal ?? `status ${exit.code}`;
    throw new Error(`${name} ended with ${how}: ${running.stderr().trim()}`);
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      promise,
      sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
  } finally {
    timer.abort();
  }
}

/** until polls `done` and throws, with what `running` said last, when it does not come true. */
export async function until(
  done: () => boolean | Promise<boolean>,
  options: {
    readonly what: string | (() => string);
    readonly running: Running;
    readonly ms: number;
    readonly everyMs?: number;
  },
): Promise<void> {
  const deadline = Date.now() + options.ms;
  while (!(await done())) {
    if (options.running.hasEnded() || Date.now() > deadline) {
      const why = options.running.hasEnded() ? 'it ended' : `waited ${options.ms / 1000} s`;
      const what = typeof options.what === 'string' ? options.what : options.what();
      throw new Error(`${what}: ${why}. ${options.running.stderr().trim()}`.trimEnd());
    }
    await sleep(options.everyMs ?? POLL_MS);
  }
}
