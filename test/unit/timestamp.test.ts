import t from 'tap';
import { momentText, timestamp } from '../../src/timestamp.js';

t.test('a time is written as ISO 8601 in UTC, as Date would', (t) => {
  for (const time of [0, 1, 999, 951_782_399_999, 1_798_761_600_123, 253_402_300_799_999]) {
    t.equal(timestamp(time), new Date(time).toISOString());
  }
  t.equal(timestamp(Date.UTC(2027, 0, 2, 3, 4, 5, 6)), '2027-01-02T03:04:05.006Z');
  t.end();
});

t.test('a moment has no fraction', (t) => {
  t.equal(momentText(1_798_761_600.9), '2027-01-01T00:00:00Z');
  t.end();
});

t.test('what is no time is an error', (t) => {
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY, 253_402_300_800_000]) {
    t.throws(() => timestamp(time), RangeError);
  }
  t.end();
});
