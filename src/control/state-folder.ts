/**
 * Owns the condition under which the state folder is used at all: nobody but the gateway's user and root may write it, or lead the
 * way to it elsewhere. What is kept there decides who gets in on a bad day.
 */
import { lstat, stat } from 'node:fs/promises';
import { fileProblem } from '../config/material.js';
import { exposureOf, isTrustedOwner } from '../config/writers.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';

const unusable = (path: string, why: string, cause?: unknown): GatewayError =>
  new GatewayError('state-unusable', `${literal(path)}: ${why}`, { cause });

const SHARED = 0o022;

/** requireOwnFolder looks at a folder and at the way to it. Error: GatewayError state-unusable, with what to do. */
export async function requireOwnFolder(folder: string): Promise<void> {
  const exposure = await exposureOf(folder);
  if (exposure !== undefined) {
    throw unusable(folder, `${exposure.found}, and so decide who gets in; ${exposure.fix}`);
  }
  const stats = await stat(folder).catch((cause: unknown) => {
    throw unusable(folder, fileProblem(cause), cause);
  });
  if (!stats.isDirectory()) throw unusable(folder, 'the state folder is not a folder');
  requireOwn(folder, stats);
}

/** requireOwnFile looks at a file of the state folder, which must be no link. Nothing there is fine. Error: state-unusable. */
export async function requireOwnFile(path: string): Promise<void> {
  const stats = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unusable(path, fileProblem(error), error);
  });
  if (stats === undefined) return;
  if (!stats.isFile()) throw unusable(path, 'it is a link or no regular file; remove it');
  requireOwn(path, stats);
}

function requireOwn(path: string, { uid, mode }: { uid: number; mode: number }): void {
  if (!isTrustedOwner(uid)) {
    throw unusable(
      path,
      `it belongs to user ${uid}, who decides who gets in; remove it, or chown it`,
    );
  }
  if ((mode & SHARED) !== 0) {
    throw unusable(path, 'other users may write it, and so decide who gets in; run: chmod go-w');
  }
}
