/**
 * Owns the table of commands. What serves is loaded for itself, and does not pay for
 * the others.
 */
import type { Command } from './command.js';

export interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

/** COMMANDS, in the order of the help text. */
export const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map<string, CommandEntry>([
  [
    'run',
    {
      summary: 'serve a configuration',
      load: async () => (await import('./run.js')).run,
    },
  ],
  [
    'init',
    {
      summary: 'write a starter configuration with certificates',
      load: async () => (await import('./operator-commands.js')).init,
    },
  ],
  [
    'check',
    {
      summary: 'check a configuration and report every mistake',
      load: async () => (await import('./operator-commands.js')).check,
    },
  ],
  [
    'compile',
    {
      summary: 'print the snapshot that a configuration compiles to',
      load: async () => (await import('./operator-commands.js')).compile,
    },
  ],
  [
    'diff',
    {
      summary: 'describe what another configuration would change',
      load: async () => (await import('./operator-commands.js')).diff,
    },
  ],
  [
    'reload',
    {
      summary: 'make the running gateway reload its files, and print the result',
      load: async () => (await import('./operator-commands.js')).reload,
    },
  ],
  [
    'status',
    {
      summary: 'print what the running gateway serves, and any problems',
      load: async () => (await import('./operator-commands.js')).status,
    },
  ],
  [
    'drain',
    {
      summary: 'make the running gateway finish its requests and stop',
      load: async () => (await import('./operator-commands.js')).drain,
    },
  ],
  [
    'pin',
    {
      summary: "print a certificate's fingerprints and the JSON to paste",
      load: async () => (await import('./operator-commands.js')).pin,
    },
  ],
  [
    'verify',
    {
      summary: 'verify a certificate chain as a listener would',
      load: async () => (await import('./operator-commands.js')).verify,
    },
  ],
  [
    'trust',
    {
      summary: 'print the newest revocation lists seen so far, or forget them',
      load: async () => (await import('./operator-commands.js')).trust,
    },
  ],
  [
    'explain',
    {
      summary: 'explain why a client is refused, and what would admit it',
      load: async () => (await import('./operator-commands.js')).explain,
    },
  ],
]);
