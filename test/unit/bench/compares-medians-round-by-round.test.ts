import t from 'tap';
import { alignedTable, figures, median, type Series, table } from '../../bench/report.js';

function series(peer: string, values: readonly number[]): Series {
  const samples = values.map((value) => ({ value, details: { perSecond: 1000, coreBusy: 0.5 } }));
  return { measure: 'static', title: 'Static request', unit: 'CPU µs', peer, samples };
}

t.test('the median is the middle value, or the mean of the two in the middle', async (t) => {
  t.equal(median([9, 1, 5]), 5);
  t.equal(median([10, 2, 4, 8]), 6);
  t.equal(median([7]), 7);
  t.throws(() => median([]), RangeError);
});

t.test(
  'a ratio pairs the samples of one round, so that a slow round does not tilt it',
  async (t) => {
    const all = [series('nginx', [10, 20, 10]), series('pinlatch', [5, 10, 6])];
    const [nginx, pinlatch] = figures(all);
    t.match(nginx, { median: 10, least: 10, most: 20, ratios: { nginx: 1 } });
    t.match(pinlatch, { median: 6, ratios: { nginx: 0.5 } });
  },
);

t.test('a ratio to a peer that did not run is left out', async (t) => {
  const [only] = figures([series('pinlatch', [5])]);
  t.same(only?.ratios, {});
});

t.test('peers with unequal numbers of rounds are not compared', async (t) => {
  t.throws(() => figures([series('nginx', [1]), series('pinlatch', [1, 2])]), RangeError);
});

t.test('the table lines up as text and is Markdown', async (t) => {
  const lines = alignedTable(['a', 'number'], [['long name', '1.0']], 1).split('\n');
  t.same(lines, ['| a         | number |', '| --------- | -----: |', '| long name |    1.0 |']);
  t.match(table([series('nginx', [10, 12])]), /\| nginx \| {3}11\.0 \|.*\| {4}1\.00 \|/);
});
