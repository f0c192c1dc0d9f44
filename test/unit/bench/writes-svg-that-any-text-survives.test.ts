import t from 'tap';
import {
  element,
  escaped,
  label,
  linearScale,
  logScale,
  powersOfTwo,
  roundTicks,
} from '../../bench/svg.js';

t.test('what means something in XML is escaped, what XML forbids is left out', async (t) => {
  t.equal(escaped(`a<b & "c" 'd'>`), 'a&lt;b &amp; &quot;c&quot; &apos;d&apos;&gt;');
  t.equal(escaped('a\u0000b\u001bc\uFFFEd\uD800e'), 'abcde');
  t.equal(escaped('µ ÷ ≤ 😀'), 'µ ÷ ≤ 😀');
});

t.test('attributes and texts go through it, children are taken as they are', async (t) => {
  t.equal(element('g', { id: '"x"' }, ['<b/>']), '<g id="&quot;x&quot;"><b/></g>');
  t.equal(element('circle', { cx: 1 / 3 }), '<circle cx="0.33"/>');
  t.equal(label(1, 2, '<script>'), '<text x="1" y="2">&lt;script&gt;</text>');
});

t.test('scales lead from figures to places', async (t) => {
  const linear = linearScale({ from: 0, to: 10 }, { from: 100, to: 0 });
  t.same([linear(0), linear(5), linear(10)], [100, 50, 0]);
  const log = logScale({ from: 0.25, to: 4 }, { from: 0, to: 80 });
  t.same(
    [0.25, 0.5, 1, 4].map((figure) => Math.round(log(figure))),
    [0, 20, 40, 80],
  );
});

t.test('ticks are round and cover the figures', async (t) => {
  t.same(powersOfTwo([0.3, 1, 5]), [0.25, 0.5, 1, 2, 4, 8]);
  t.same(roundTicks(9.3), [0, 2, 4, 6, 8, 10]);
  t.same(roundTicks(0.11), [0, 0.025, 0.05, 0.075, 0.1, 0.125]);
  t.same(roundTicks(4000), [0, 1000, 2000, 3000, 4000]);
  t.same(roundTicks(0), [0, 1]);
});
