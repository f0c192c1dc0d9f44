/**
 * Owns `npm run test:instructions`: builds, measures, compares with the committed table or writes a new one.
 *
 * usage: npm run test:instructions [-- --write | --write-base] [--program FILE] [--seed NUMBER]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions } from '../../../src/options.js';
import { BENCH, REPOSITORY } from '../repository.js';
import { compare } from './compare.js';
import type { Costs } from './cost.js';
import { measure } from './measure.js';
import { buildProgram, tools } from './program.js';
import { readTable, type Table, writeTable } from './table.js';

const TABLE = join(BENCH, 'results', 'instructions.md');

function readCommitted(): Table {
  try {
    return readTable(readFileSync(TABLE, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { now: new Map(), base: new Map(), taken: '' };
  }
}

/** judge prints what moved and returns whether the table still holds. */
function judge(committed: Table, measured: Costs): boolean {
  const findings = compare(committed.now, measured);
  const worse = findings.filter(({ fails }) => fails);
  const better = findings.filter(({ fails }) => !fails);
  for (const { text } of worse) process.stdout.write(`dearer   ${text}\n`);
  for (const { text } of better) process.stdout.write(`cheaper  ${text}\n`);
  if (findings.length > 0) {
    const present = tools();
    const others =
      present === committed.taken
        ? ''
        : `the table was taken with ${committed.taken}, this with ${present}; `;
    process.stdout.write(
      `instructions: ${others}"npm run test:instructions -- --write" renews the table, to be committed with the reason\n`,
    );
  }
  process.stdout.write(
    `instructions: ${measured.size} rows, ${worse.length} figures dearer, ${better.length} cheaper\n`,
  );
  return worse.length === 0;
}

const values = readOptions(process.argv.slice(2), {
  write: { type: 'boolean', default: false },
  'write-base': { type: 'boolean', default: false },
  program: { type: 'string' },
  seed: { type: 'string', default: '1' },
});

const committed = readCommitted();
const program = values.program ?? buildProgram(REPOSITORY);
const measured = await measure({ program, seed: Number(values.seed) });
if (values.write) {
  writeFileSync(TABLE, writeTable({ now: measured, base: committed.base, taken: tools() }));
} else if (values['write-base']) {
  writeFileSync(TABLE, writeTable({ now: committed.now, base: measured, taken: tools() }));
} else if (!judge(committed, measured)) {
  process.exitCode = 1;
}
