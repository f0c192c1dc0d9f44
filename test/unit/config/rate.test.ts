import { test } from 'tap';
import { checkRate } from '../../../src/config/rate.js';

const BOUNDS = { 'x-minimum': 1, 'x-maximum': 1_000_000 };

test('a rate counts per second, minute or hour', async (t) => {
  const read = (text: string) => {
    const parsed = checkRate(text, BOUNDS);
    return parsed.ok ? parsed.value : parsed.problem;
  };
  t.same(read('20/s'), { count: 20, periodMs: 1000 });
  t.same(read('100/m'), { count: 100, periodMs: 60_000 });
  t.same(read('1000000/h'), { count: 1_000_000, periodMs: 3_600_000 });
  t.match(read('20'), { fix: 'write "20/s"' });
  for (const text of ['0/s', '1000001/s', '20/d', '20 /s', '-1/s', '1.5/s', '/s', '20/', '20/S']) {
    t.match(read(text), { expected: /a rate such as "20\/s"/ }, text);
  }
});
