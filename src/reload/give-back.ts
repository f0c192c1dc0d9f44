/**
 * Owns giving memory back after a configuration was loaded. An idle process collects no garbage by itself, so what
 * loading 10,000 routes and clients took would stay resident for as long as it serves: 250 MB, against 112 MB with this
 * (a collection gives 105 MB of it, trimming the native heap 30 MB). Of a small one trimming gives 0.5 MB; a collection
 * would cost more than it gives, below LARGE.
 */
import { setFlagsFromString } from 'node:v8';
import { trimMemory } from '../engine/native.js';

// Of the snapshot document. A collection of a small heap touches more pages than it frees.
const LARGE = 1024 * 1024;
// What has just been loaded is still referred to by whoever announces it.
const SOON_MS = 100;

// Node passes the collector out under a flag only; in a context made while the flag is on, it is a global.
// A small gateway does without the module.
async function collector(): Promise<() => void> {
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  try {
    return runInNewContext('gc') as () => void;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}

async function giveBack(): Promise<void> {
  (await collector())();
  trimMemory();
}

/** giveBackAfter gives back, soon, what loading a document of this length took. */
export function giveBackAfter(documentLength: number): void {
  const give = documentLength < LARGE ? trimMemory : () => void giveBack();
  setTimeout(give, SOON_MS).unref();
}
