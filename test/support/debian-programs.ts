/**
 * Owns programs of the operating system that are tested with a gateway: whether they are there, and running them as
 * children that end with the test process at the latest.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Exit, type Followed, followChild } from './child-output.js';
import { removeAtExit } from './folders.js';

/** programsMissing is why a test cannot run, or false. For the `skip` of a test; .ci/run installs them all. */
export function programsMissing(packages: Readonly<Record<string, string>>): string | false {
  const missing = Object.entries(packages).filter(([program]) => {
    return spawnSync(program, ['--version']).error !== undefined;
  });
  if (missing.length === 0) return false;
  return missing
    .map(([program, from]) => `${program} is not installed (Debian: ${from})`)
    .join(', ');
}

/** Unprivileged is who runs programs that refuse to be root; undefined when the tests are not root either. */
export interface Unprivileged {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY = 65534;

/** unprivileged returns the user nobody when this process is root. */
export function unprivileged(): Unprivileged | undefined {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
}

/**
 * makeFolderFor makes a folder that the user owns and others may pass through; gone when the process ends. The usual
 * folders of tests are their owner's alone.
 */
export function makeFolderFor(user: Unprivileged | undefined): string {
  const path = mkdtempSync(join(tmpdir(), 'pinlatch-program-'));
  removeAtExit(path);
  chmodSync(path, 0o711);
  if (user !== undefined) chownSync(path, user.uid, user.gid);
  return path;
}

export interface RunningProgram extends Followed {
  write(text: string): void;
  /** stop sends the signal, SIGTERM unless told otherwise, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

/** runProgram starts a program; what it prints is kept line by line. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly user?: Unprivileged | undefined },
): RunningProgram {
  const { cwd, user } = options;
  const child = spawn(program, args, { cwd, stdio: 'pipe', ...user });
  const { output, errors, exited } = followChild(child, program);
  child.stdin.on('error', () => {}); // it may be gone by then; its exit says so
  const write = (text: string): void => void child.stdin.write(text);
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  return { output, errors, exited, write, stop };
}
