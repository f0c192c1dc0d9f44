#!/usr/bin/env node
/**
 * Owns the process of the command-line program: its streams and its exit code.
 */
import type { Terminal } from './command.js';
import { dispatch } from './dispatch.js';

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
