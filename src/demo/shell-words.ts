/**
 * Owns the writing of commands that a person can paste into a shell. Pure.
 */

const PLAIN = /^[\w@%+=:,./-]+$/;

/** shellWord quotes a word for a POSIX shell where it needs to be. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** shellCommand joins words to a command line. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
