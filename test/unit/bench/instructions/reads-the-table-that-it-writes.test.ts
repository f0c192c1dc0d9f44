import { readFileSync } from 'node:fs';
import t from 'tap';
import { readTable, writeTable } from '../../../bench/instructions/table.js';

const cost = { ours: 10_200, libcrypto: 5000, allocations: 3.5, systemCalls: 6 };
const past = { ours: 10_000, libcrypto: 5200, allocations: 0, systemCalls: 6 };

t.test('rows of now and of the base come back, also where one side lacks them', async (t) => {
  const table = {
    now: new Map([
      ['host: both', cost],
      ['host: new', cost],
    ]),
    base: new Map([
      ['host: both', past],
      ['portable: gone', past],
    ]),
    taken: 'GCC 12.2.0, valgrind 3.19.0',
  };
  const text = writeTable(table);
  t.same(readTable(text), table);
  t.match(text, '| host: both | 10200 | 5000 | 3.5 | 6 | 10000 | 5200 | 0 | 6 | +2.0% | +0.0% |');
});

t.test('a cell that is no number is named', async (t) => {
  const text = '| host: row | 1 | many | 3 | 4 | – | – | – | – | – | – |\n';
  t.throws(() => readTable(text), /the table has no libcrypto's instructions for "host: row"/);
});

t.test('the committed table has each row at both commits', async (t) => {
  const { now, base } = readTable(readFileSync('test/bench/results/instructions.md', 'utf8'));
  t.ok(now.size > 0);
  t.same([...now.keys()], [...base.keys()]);
});
