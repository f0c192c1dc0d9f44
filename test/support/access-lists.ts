/**
 * Owns POSIX access control lists in tests: whether the file system has any, and setting them by Debian's setfacl (package acl, which
 * .ci/run installs). Without the program the tests fail: what they hold would go untested unseen.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function setfacl(args: readonly string[]): string {
  const { error, status, stderr } = spawnSync('setfacl', args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error('setfacl cannot be run (Debian: acl)', { cause: error });
  return status === 0 ? '' : stderr;
}

/** noAccessLists is why a test cannot run, or false, for its `skip`: file systems need not have lists. */
export function noAccessLists(): string | false {
  const folder = mkdtempSync(join(tmpdir(), 'pinlatch-acl-'));
  try {
    const failure = setfacl(['-m', 'u:4000000:r', folder]);
    if (failure === '') return false;
    if (/Operation not supported/.test(failure))
      return 'the file system has no access control lists';
    throw new Error(failure);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** setAccessList adds entries, such as "u:65534:rw" or "d:g:33:rwx"; the mask is what setfacl makes of them unless one says it. */
export function setAccessList(path: string, ...entries: readonly string[]): void {
  const failure = setfacl(['-m', entries.join(), path]);
  if (failure !== '') throw new Error(failure);
}
