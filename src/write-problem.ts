/**
 * Owns the words for a write that failed: those of a full disk are the same wherever something is written. Pure.
 */

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: no space is left on the disk',
  EDQUOT: "this user's share of the disk is used up",
  EFBIG: 'a larger file than this process may write',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EMFILE: 'no file descriptor is left',
  ENFILE: 'no file descriptor is left',
};

/** writeProblem words a failed system call on a file that was to be written, renamed or removed. */
export function writeProblem(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = REASONS[code];
  return reason === undefined ? `the write failed: ${code || message}` : `${reason} (${code})`;
}

/** streamProblem words that a stream takes no more; what is no file has words of its own. */
export function streamProblem(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] === undefined ? message : writeProblem(error);
}
