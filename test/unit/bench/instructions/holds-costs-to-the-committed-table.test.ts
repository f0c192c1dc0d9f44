import t from 'tap';
import { compare } from '../../../bench/instructions/compare.js';
import type { Cost, Costs } from '../../../bench/instructions/cost.js';

const ROW = 'host: static request, HTTP/1.1';

function costs(change: Partial<Cost> = {}, row = ROW): Costs {
  const cost = { ours: 10_000, libcrypto: 5000, allocations: 300, systemCalls: 3, ...change };
  return new Map([[row, cost]]);
}

function judge(change: Partial<Cost>): readonly [boolean, string][] {
  return compare(costs(), costs(change)).map(({ fails, text }) => [fails, text]);
}

t.test('what has not moved is not told', async (t) => {
  t.same(judge({}), []);
});

t.test('instructions may rise by 3% and not by 3.1%, whose ever they are', async (t) => {
  t.same(judge({ ours: 10_300, libcrypto: 5150 }), []);
  t.same(judge({ ours: 10_310 }), [[true, `${ROW}: instructions of ours 10000 → 10310 (+3.1%)`]]);
  t.same(judge({ libcrypto: 5155 }), [
    [true, `${ROW}: libcrypto's instructions 5000 → 5155 (+3.1%)`],
  ]);
});

t.test('an improvement of more than 3% is told and does not fail', async (t) => {
  t.same(judge({ ours: 9700 }), []);
  t.same(judge({ ours: 9690 }), [[false, `${ROW}: instructions of ours 10000 → 9690 (−3.1%)`]]);
});

t.test('allocations and system calls fail by being more, whatever share that is', async (t) => {
  t.same(judge({ allocations: 301.5, systemCalls: 3.5 }), []);
  t.same(judge({ allocations: 302 }), [[true, `${ROW}: allocations 300 → 302 (+0.7%)`]]);
  t.same(judge({ systemCalls: 4 }), [[true, `${ROW}: system calls 3 → 4 (+33.3%)`]]);
  const none = costs({ allocations: 0 });
  t.same(compare(none, none), []);
  t.match(compare(none, costs({ allocations: 1 })), [
    { fails: true, text: `${ROW}: allocations 0 → 1` },
  ]);
});

t.test('libcrypto that was not there before fails, too', async (t) => {
  const portable = costs({ libcrypto: 0 });
  t.match(compare(portable, costs({ libcrypto: 10 })), [{ fails: true }]);
});

t.test('a row that is missing on either side fails', async (t) => {
  const other = costs({}, 'host: something else');
  t.same(compare(costs(), other), [
    { fails: true, text: `${ROW}: is in the table and was not measured` },
    { fails: true, text: 'host: something else: was measured and is not in the table' },
  ]);
});

t.test('a figure that is none fails', async (t) => {
  t.match(compare(costs(), costs({ systemCalls: Number.NaN })), [{ fails: true }]);
});
