/**
 * Owns the histogram of latencies that client-certificate-preload.c keeps, and the percentiles of what came between two
 * readings of it. Pure.
 */

/** How many counts the histogram has; as in client-certificate-preload.c. */
export const BUCKETS = 3328;

const LINEAR = 256;
const PER_DOUBLING = LINEAR / 2;
const TICKS_PER_US = 10;

/** bucketRange returns the latencies that bucket `index` counts, in microseconds: from (included) and to (excluded). */
export function bucketRange(index: number): { readonly from: number; readonly to: number } {
  const shift = index < LINEAR ? 0 : Math.floor(index / PER_DOUBLING) - 1;
  const width = 2 ** shift;
  const from = (index - shift * PER_DOUBLING) * width;
  return { from: from / TICKS_PER_US, to: (from + width) / TICKS_PER_US };
}

/** countsBetween subtracts an earlier reading from a later one. */
export function countsBetween(
  before: readonly number[],
  after: readonly number[],
): readonly number[] {
  return after.map((count, index) => count - (before[index] ?? 0));
}

/**
 * percentile returns the latency, in microseconds, below which the share `part` (0.99) of all counted answers lies; within a
 * bucket they count as evenly spread. Of no answers there is none.
 */
export function percentile(counts: readonly number[], part: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) {
    throw new RangeError('the percentile of no answers');
  }
  let left = total * part;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && left <= count) {
      const { from, to } = bucketRange(index);
      return from + (to - from) * (left / count);
    }
    left -= count;
  }
  throw new RangeError(`a percentile is from 0 to 1, not ${part}`);
}

/** latencyDetails are the percentiles that go with a figure; of large bodies a short window may see no answer begin. */
export function latencyDetails(counts: readonly number[]): Readonly<Record<string, number>> {
  return counts.some((count) => count > 0)
    ? {
        p50Us: percentile(counts, 0.5),
        p99Us: percentile(counts, 0.99),
        p999Us: percentile(counts, 0.999),
      }
    : {};
}
