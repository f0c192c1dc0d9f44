#!/usr/bin/env node
/**
 * Owns the first moments of the command-line program: what has to be so before the rest of it is loaded.
 */
import '../no-debugger.js'; // first of all, before a signal can come

import { setEngineFlags } from '../engine-flags.js';
import { takeSignals } from '../signals.js';

// Only what serves outlives a signal. The rest is loaded after this, which takes longer than everything before.
if (process.argv[2] === 'run') takeSignals();

setEngineFlags();

const { runProgram } = await import('./program.js');
await runProgram(process.argv.slice(2));
