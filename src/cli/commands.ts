/**
 * Owns the table of commands. Each is loaded when it is asked for, so that one does not pay for another.
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
      summary: 'write a configuration to start with, and its certificates',
      load: async () => (await import('./init.js')).init,
    },
  ],
  [
    'check',
    {
      summary: 'check a configuration and name every mistake',
      load: async () => (await import('./check.js')).check,
    },
  ],
  [
    'compile',
    {
      summary: 'print the snapshot that a configuration compiles to',
      load: async () => (await import('./compile.js')).compile,
    },
  ],
  [
    'diff',
    {
      summary: 'say in words what another configuration would change',
      load: async () => (await import('./diff.js')).diff,
    },
  ],
  [
    'reload',
    {
      summary: 'make the running gateway read its files again, and see what comes of it',
      load: async () => (await import('./reload.js')).reload,
    },
  ],
  [
    'status',
    {
      summary: 'print what the running gateway serves, and what is amiss',
      load: async () => (await import('./status.js')).status,
    },
  ],
  [
    'drain',
    {
      summary: 'make the running gateway finish its requests and end',
      load: async () => (await import('./drain.js')).drain,
    },
  ],
  [
    'pin',
    {
      summary: "print a certificate's fingerprints and the JSON to paste",
      load: async () => (await import('./pin.js')).pin,
    },
  ],
  [
    'verify',
    {
      summary: 'verify a certificate chain as a listener would',
      load: async () => (await import('./verify.js')).verify,
    },
  ],
]);
