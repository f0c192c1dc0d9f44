import { readFileSync } from 'node:fs';
import t from 'tap';
import { BASE, readTable } from '../../../bench/instructions/table.js';

const MOST = 1.02;

t.test(`no unit of work costs more than 2% above what it did at ${BASE}`, async (t) => {
  const { now, base } = readTable(readFileSync('test/bench/results/instructions.md', 'utf8'));
  for (const [row, { ours, libcrypto }] of now) {
    const past = base.get(row);
    t.ok(past !== undefined && ours + libcrypto <= MOST * (past.ours + past.libcrypto), row);
  }
});
