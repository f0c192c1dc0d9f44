/**
 * Owns the way in which a test sets the clock of a gateway in another process: loaded there ahead of the program
 * (node --import), at the start, if the file is there, and on SIGUSR2 it reads from the file that $PINLATCH_TEST_CLOCK names by how
 * many seconds the gateway's clock is ahead of the system's, perhaps with "confirmed" or "unconfirmed" behind it, sets it, and on
 * the signal says so in one line of the log. Nothing of the program under test is replaced. Plain
 * JavaScript, because that process has no TypeScript.
 */
import { existsSync, readFileSync } from 'node:fs';

let addon;

function setClock() {
  const [ahead, confirmed] = readFileSync(process.env.PINLATCH_TEST_CLOCK, 'utf8').split(' ');
  if (confirmed !== undefined) addon.setClockConfirmed(confirmed === 'confirmed');
  addon.setClockAhead(Number(ahead));
  return Number(ahead);
}

const open = process.dlopen;
process.dlopen = (module, ...rest) => {
  open.call(process, module, ...rest);
  if (module.exports.setClockAhead === undefined) return;
  addon = module.exports;
  if (existsSync(process.env.PINLATCH_TEST_CLOCK)) setClock();
};

process.on('SIGUSR2', () => {
  const ahead = setClock();
  const line = { time: Date.now(), type: 'test', event: 'clock-set', ahead };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});
