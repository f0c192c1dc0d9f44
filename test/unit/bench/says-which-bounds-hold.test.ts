import t from 'tap';
import { checklist, judge, type Verdict } from '../../bench/checklist.js';
import type { Series } from '../../bench/report.js';

function series(measure: string, peer: string, value: number, details = {}): Series {
  return { measure, title: '', unit: '', peer, samples: [{ value, details }] };
}

function verdict(all: readonly Series[], words: string): Verdict | undefined {
  return judge(all).find(({ text }) => text.startsWith(words));
}

t.test('a ratio holds up to its bound and not beyond', async (t) => {
  const words = 'CPU of a full handshake, ECDSA P-256, to nginx';
  const at = (value: number): Verdict | undefined =>
    verdict(
      [series('handshake-ecdsa', 'nginx', 100), series('handshake-ecdsa', 'pinlatch', value)],
      words,
    );
  t.match(at(65), { line: 1, text: `${words}: 0.650 (bound ≤ 0.65)`, holds: true });
  t.match(at(65.1), { text: /: 0\.651 /, holds: false });
});

t.test('under half of nginx means under', async (t) => {
  const at = (value: number): Verdict | undefined =>
    verdict(
      [series('idle-request', 'nginx', 24), series('idle-request', 'pinlatch', value)],
      'idle connection after one request, to nginx',
    );
  t.equal(at(12)?.holds, false);
  t.equal(at(11.9)?.holds, true);
});

t.test('figures of its own are held against numbers', async (t) => {
  t.match(verdict([series('rest-rss', 'pinlatch', 55.4)], 'memory at rest'), {
    text: 'memory at rest, resident: 55.4 MB (bound ≤ 55 MB)',
    holds: false,
  });
  t.match(verdict([series('start', 'pinlatch', 250)], 'start to first answer'), { holds: true });
});

t.test('p99 and requests a second come from beside the figure', async (t) => {
  const all = [
    series('proxied-64', 'nginx', 1, { p99Us: 100 }),
    series('proxied-64', 'pinlatch', 1, { p99Us: 101 }),
    series('growth-request-10', 'pinlatch', 10, { perSecond: 1000 }),
    series('growth-request-10000', 'pinlatch', 11.5, { perSecond: 905 }),
  ];
  t.equal(verdict(all, 'p99 of a proxied request')?.holds, false);
  t.equal(verdict(all, 'CPU of a request, 10,000')?.holds, false);
  t.equal(verdict(all, 'requests a second, 10,000')?.holds, true);
});

t.test('portable is held against node:https', async (t) => {
  const all = [
    series('proxied-64', 'node-https', 30),
    series('proxied-64', 'pinlatch-portable', 9),
  ];
  t.match(verdict(all, 'CPU of a proxied request, portable'), { line: 7, holds: true });
});

t.test('what was not measured neither holds nor fails', async (t) => {
  const verdicts = judge([]);
  t.ok(verdicts.every(({ holds }) => holds === undefined));
  t.same([...new Set(verdicts.map(({ line }) => line))], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  t.match(
    checklist(verdicts),
    /^1 {2}not measured {2}CPU of a full handshake.*not measured \(bound/,
  );
});

t.test('the list says it in words that line up', async (t) => {
  t.equal(
    checklist([
      { line: 1, text: 'a', holds: true },
      { line: 2, text: 'b', holds: false },
    ]),
    '1  holds          a\n2  does not hold  b',
  );
});
