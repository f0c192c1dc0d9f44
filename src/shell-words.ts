/**
 * Owns the writing of commands that a person can paste into a shell. Pure.
 */

const PLAIN = /^[\w@%+=:,./-]+$/;

/** shellQuoted quotes a word for a POSIX shell, which then expands nothing in it. */
export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** shellWord quotes a word for a POSIX shell where it needs to be. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : shellQuoted(word);
}

/** shellCommand joins words to a command line. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
