#!/usr/bin/env node
/**
 * Owns the process of the command-line program: its streams and its exit code.
 */
import '../no-debugger.js'; // first of all, before a signal can come

import { setFlagsFromString } from 'node:v8';
import type { Terminal } from './command.js';
import { dispatch } from './dispatch.js';

// Node's own module loader is hot enough for V8 to call in its optimizing compiler at start, which makes 3.5 MB of the node
// executable resident and never pays. What runs fifteen times as long, such as 10,000 routes, is optimized as ever.
setFlagsFromString('--max-bytecode-size-for-early-opt=0 --interrupt-budget=1000000');
// Young objects keep to their first pages: of 10,000 routes the peak is a tenth lower, at no cost in time.
setFlagsFromString('--semi-space-growth-factor=1');

// NO_COLOR counts when it is set and not empty: https://no-color.org
const plain = (process.env.NO_COLOR ?? '') !== '';

const terminal: Terminal = {
  write: (text) => {
    process.stdout.write(text);
  },
  writeError: (text) => {
    process.stderr.write(text);
  },
  colour: process.stdout.isTTY === true && !plain,
  colourError: process.stderr.isTTY === true && !plain,
};

// Whoever reads may have read enough (pinlatch compile | head).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await dispatch(process.argv.slice(2), terminal);
