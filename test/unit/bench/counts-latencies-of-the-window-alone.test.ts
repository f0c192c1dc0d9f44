import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import {
  BUCKETS,
  bucketRange,
  countsBetween,
  latencyDetails,
  percentile,
} from '../../bench/latency.js';
import { clearCounters, readCounters } from '../../bench/load-counters.js';

function counts(entries: Readonly<Record<number, number>>): readonly number[] {
  return Array.from({ length: BUCKETS }, (_, index) => entries[index] ?? 0);
}

t.test('the buckets cover all latencies without a gap, each within a hundredth', async (t) => {
  t.same(bucketRange(0), { from: 0, to: 0.1 });
  for (let index = 1; index < BUCKETS; ++index) {
    const { from, to } = bucketRange(index);
    t.equal(from, bucketRange(index - 1).to, `bucket ${index} begins where the one before ends`);
    t.ok(to - from <= Math.max(0.11, from / 100), `bucket ${index} is narrow enough`);
  }
  t.equal(bucketRange(BUCKETS - 1).to, 2 ** 32 / 10);
});

t.test('a bucket is where the library in C counts', async (t) => {
  // 1 ms is 10,000 ticks: 14 bits, shifted by 6 to 156, in the seventh group of 128 buckets.
  const index = 6 * 128 + 156;
  const { from, to } = bucketRange(index);
  t.ok(from <= 1000 && 1000 < to, `${from} to ${to}`);
});

t.test('percentiles lie within their bucket, in proportion', async (t) => {
  const even = counts({ 10: 100 });
  t.equal(percentile(even, 0.5).toFixed(3), '1.050');
  t.equal(percentile(even, 1).toFixed(3), '1.100');
  const two = counts({ 10: 90, 20: 10 });
  t.equal(percentile(two, 0.9).toFixed(3), '1.100');
  t.equal(percentile(two, 0.99).toFixed(3), '2.090');
});

t.test('of no answers there is no percentile', async (t) => {
  t.throws(() => percentile(counts({}), 0.5), RangeError);
  t.same(latencyDetails(counts({})), {});
  t.same(Object.keys(latencyDetails(counts({ 3: 1 }))), ['p50Us', 'p99Us', 'p999Us']);
});

t.test('what came before the window does not count', async (t) => {
  const slowStart = counts({ 200: 50, 10: 5 });
  const later = counts({ 200: 50, 10: 105 });
  t.ok(percentile(countsBetween(slowStart, later), 0.999) <= 1.1);
});

t.test(
  'the file of counts is read as it was written, and only if it has the right size',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'pinlatch-bench-test-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'counters');
    clearCounters(path);
    t.match(readCounters(path), { handshakes: 0, answered: 0, requests: 0, received: 0 });
    t.equal(readCounters(path).latencies.length, BUCKETS);
    writeFileSync(path, new Uint8Array(new BigUint64Array(4 + BUCKETS).fill(7n).buffer));
    t.match(readCounters(path), { handshakes: 7, answered: 7, requests: 7, received: 7 });
    writeFileSync(path, new Uint8Array(16));
    t.throws(() => readCounters(path), /2 words, expected/);
  },
);
