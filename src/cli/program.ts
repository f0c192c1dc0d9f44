/**
 * Owns the streams and the exit code of the command-line program.
 */
import { isFile, writeWhole } from '../telemetry/output-file.js';
import { streamProblem } from '../write-problem.js';
import { EXIT, type Terminal } from './command.js';
import { dispatch } from './dispatch.js';

// NO_COLOR counts when it is set and not empty: https://no-color.org
const plain = (process.env.NO_COLOR ?? '') !== '';

const { stdout, stderr } = process;
let isCut = false;

// Whoever reads may have read enough (pinlatch compile | head). Anything else is output that is missing.
function cut(error: NodeJS.ErrnoException | null | undefined): void {
  if (error === undefined || error === null || error.code === 'EPIPE' || isCut) return;
  isCut = true;
  process.exitCode = EXIT.unusable;
  stderr.write(`pinlatch: standard output cannot be written: ${streamProblem(error)}\n`);
}

// Node's own stream takes a write of which a full disk took a part for a whole one.
function writeFile(text: string): void {
  try {
    writeWhole(stdout.fd, text);
  } catch (error) {
    cut(error as NodeJS.ErrnoException);
  }
}

const terminal: Terminal = {
  write: isFile(stdout.fd) ? writeFile : (text) => void stdout.write(text, cut),
  writeError: (text) => {
    stderr.write(text);
  },
  colour: stdout.isTTY === true && !plain,
  colourError: stderr.isTTY === true && !plain,
};

/** runProgram does what the arguments say, and sets the exit code. Bugs are thrown. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  // Who wrote hears of it in turn. Of standard error there is nobody left to tell; the exit code speaks.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  const code = await dispatch(argv, terminal);
  process.exitCode = isCut ? EXIT.unusable : code;
}
