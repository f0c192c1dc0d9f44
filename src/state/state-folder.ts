/**
 * Owns the condition under which the state folder is used at all: nobody but the gateway's user and root may write it, or lead the
 * way to it elsewhere. What is kept there decides who gets in on a bad day.
 */
import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileProblem } from '../config/material.js';
import { isTrustedUser } from '../config/strangers.js';
import { type Exposure, exposureOf, exposureOfFile } from '../config/writers.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { shellQuoted } from '../shell-words.js';
import { writeProblem } from '../write-problem.js';

const refused = (why: string, cause?: unknown): GatewayError =>
  new GatewayError('state-unusable', why, { cause });

const unusable = (path: string, why: string, cause?: unknown): GatewayError =>
  refused(`${literal(path)}: ${why}`, cause);

function requireUnexposed(path: string, exposure: Exposure | undefined): void {
  if (exposure === undefined) return;
  const { place, found, fix } = exposure;
  const why = `${found}, and so decide who gets in; ${fix}`;
  throw place === path ? refused(why) : unusable(path, why);
}

async function missing(folder: string, cause: unknown): Promise<GatewayError> {
  const isLink = await lstat(folder).then(
    () => true,
    () => false,
  );
  if (isLink) return unusable(folder, 'a dangling symbolic link', cause);
  const command = `mkdir -m 700 ${shellQuoted(folder)}`;
  const why = `the state folder ${literal(folder)} does not exist; as the gateway's user: ${command}`;
  return new GatewayError('state-missing', why, { cause });
}

// Of mkdir(2) alone: Node's own recursion does not end where a folder of the system refuses new names, such as /proc.
async function makeWithParents(folder: string): Promise<void> {
  try {
    await mkdir(folder, 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const parent = dirname(folder);
    if (await isThere(parent)) throw error;
    await makeWithParents(parent);
    await mkdir(folder, 0o700);
  }
}

/**
 * makeOwnFolder makes a folder that is not there, with those above it, for its owner alone; it says whether it had to. A link that
 * leads nowhere is left to requireOwnFolder. Error: GatewayError state-unusable.
 */
export async function makeOwnFolder(folder: string): Promise<boolean> {
  if (await isThere(folder)) return false;
  try {
    await makeWithParents(folder);
    return true;
  } catch (cause) {
    const why = `the state folder ${literal(folder)} cannot be made: ${writeProblem(cause)}`;
    throw new GatewayError('state-unusable', why, { cause });
  }
}

/** requireOwnFolder looks at a folder and at the way to it. Errors: GatewayError state-unusable, state-missing, with what to do. */
export async function requireOwnFolder(folder: string): Promise<void> {
  requireUnexposed(folder, await exposureOf(folder));
  const stats = await stat(folder).catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw await missing(folder, cause);
    throw unusable(folder, fileProblem(cause), cause);
  });
  if (!stats.isDirectory()) throw unusable(folder, 'the state folder is not a folder');
  if (isTrustedUser(stats.uid)) return;
  const why = `it belongs to user ${stats.uid}, who decides who gets in`;
  throw unusable(folder, `${why}; choose a folder of the gateway's own user instead`);
}

/** isThere says whether there is something at `path`, readable or not; true when that cannot be told. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return !['ENOENT', 'ENOTDIR'].includes(code);
  }
}

/** requireOwnFile looks at a file of the state folder, which must be no link. Nothing there is fine. Error: state-unusable. */
export async function requireOwnFile(path: string): Promise<void> {
  const stats = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unusable(path, fileProblem(error), error);
  });
  if (stats === undefined) return;
  const remove = `remove it: rm ${shellQuoted(path)}`;
  if (stats.isDirectory()) throw unusable(path, 'it is a folder, where a file should be; move it');
  if (!stats.isFile()) throw unusable(path, `it is a link or no regular file; ${remove}`);
  if (!isTrustedUser(stats.uid)) {
    throw unusable(path, `it belongs to user ${stats.uid}, who decides who gets in; ${remove}`);
  }
  requireUnexposed(path, exposureOfFile(path, stats));
}
