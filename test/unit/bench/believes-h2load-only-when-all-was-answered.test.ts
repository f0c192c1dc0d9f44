import { test } from 'tap';
import { checkSummary } from '../../bench/measures/http2.js';

const SUMMARY = `starting benchmark...
Application protocol: h2

finished in 45.66ms, 14014.85 req/s, 931.85KB/s
requests: 640 total, 640 started, 640 done, 640 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 640 2xx, 0 3xx, 0 4xx, 0 5xx
`;

test('a run counts when every request was answered over HTTP/2', async (t) => {
  t.doesNotThrow(() => checkSummary(SUMMARY, 640));
  for (const [from, to] of [
    ['h2\n', 'http/1.1\n'],
    ['640 succeeded, 0 failed', '639 succeeded, 1 failed'],
    ['640 2xx, 0 3xx', '639 2xx, 1 3xx'],
    ['640 total', '639 total'],
  ] as const) {
    t.throws(() => checkSummary(SUMMARY.replace(from, to), 640), /h2load: /, to);
  }
});
