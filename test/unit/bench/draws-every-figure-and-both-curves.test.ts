import t from 'tap';
import { drawPlot, ratioRows } from '../../bench/plot.js';
import { growthCurves } from '../../bench/plot-growth.js';
import type { Series } from '../../bench/report.js';

function series(measure: string, peer: string, value: number, details = {}): Series {
  return {
    measure,
    title: `Title of ${measure}`,
    unit: 'CPU µs',
    peer,
    samples: [{ value, details }],
  };
}

const ALL: readonly Series[] = [
  series('static-64', 'nginx', 10, { p99Us: 100 }),
  series('static-64', 'pinlatch', 8, { p99Us: 150 }),
  series('static-64', 'node-https', 40, { p99Us: 900 }),
  series('idle-request', 'nginx', 24),
  series('idle-request', 'pinlatch', 6),
  series('growth-request-10', 'pinlatch', 8),
  series('growth-request-1000', 'pinlatch', 9),
  series('growth-request-100', 'pinlatch', 8.5),
  series('growth-connection-10', 'pinlatch', 900),
];

t.test(
  'a row has the ratio to nginx of every other peer, requests a second one for p99',
  async (t) => {
    t.same(ratioRows(ALL), [
      {
        title: 'Title of static-64: CPU µs',
        ratios: [
          { peer: 'pinlatch', ratio: 0.8 },
          { peer: 'node-https', ratio: 4 },
        ],
      },
      {
        title: 'Title of static-64: p99',
        ratios: [
          { peer: 'pinlatch', ratio: 1.5 },
          { peer: 'node-https', ratio: 9 },
        ],
      },
      { title: 'Title of idle-request: CPU µs', ratios: [{ peer: 'pinlatch', ratio: 0.25 }] },
    ]);
  },
);

t.test('curves are in order of size', async (t) => {
  const [curve] = growthCurves(ALL, 'growth-request-');
  t.same(
    curve?.points.map(({ size }) => size),
    [10, 100, 1000],
  );
});

t.test('the picture has every row, both panels and a dark side', async (t) => {
  const svg = drawPlot(ALL, 'CPU <one> & two');
  t.match(svg, 'Title of static-64: p99');
  t.match(svg, '0.25×');
  t.match(svg, 'CPU µs of a static request');
  t.match(svg, 'CPU µs of a connection with one request');
  t.match(svg, 'CPU &lt;one&gt; &amp; two');
  t.match(svg, '@media (prefers-color-scheme: dark)');
  t.notMatch(svg, /NaN|Infinity|undefined/);
  t.equal(svg.match(/<polyline/g)?.length, 2);
});

t.test('without nginx, or with one size only, there is still a picture', async (t) => {
  const svg = drawPlot([series('growth-request-10', 'pinlatch', 8)], '');
  t.match(svg, /^<svg /);
  t.notMatch(svg, /NaN|Infinity|undefined/);
  t.same(ratioRows([series('static-64', 'pinlatch', 8)]), []);
});

t.test('a peer without a style is an error, not an invisible point', async (t) => {
  t.throws(
    () => drawPlot([series('static-64', 'nginx', 1), series('static-64', 'envoy', 2)], ''),
    /no style for envoy/,
  );
});
