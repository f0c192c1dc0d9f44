/**
 * Owns the way in which a test sets the clock of a gateway in another process: loaded there ahead of the program
 * (node --import), on SIGUSR2 it reads from the file that $PINLATCH_TEST_CLOCK names by how many seconds the gateway's clock
 * is ahead of the system's, sets it, and says so in one line of the log. Nothing of the program under test is replaced. Plain
 * JavaScript, because that process has no TypeScript.
 */
import { readFileSync } from 'node:fs';

let setClockAhead;

const open = process.dlopen;
process.dlopen = (module, ...rest) => {
  open.call(process, module, ...rest);
  setClockAhead = module.exports.setClockAhead ?? setClockAhead;
};

process.on('SIGUSR2', () => {
  const ahead = Number(readFileSync(process.env.PINLATCH_TEST_CLOCK, 'utf8'));
  setClockAhead(ahead);
  const line = { time: Date.now(), type: 'test', event: 'clock-set', ahead };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});
