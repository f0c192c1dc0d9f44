import { test } from 'tap';
import { parseMoment } from '../../../src/document/moment.js';
import { momentText } from '../../../src/timestamp.js';

test('a moment is UTC or has an offset', async (t) => {
  for (const [text, seconds] of [
    ['1970-01-01T00:00:00Z', 0],
    ['2027-01-01T00:00:00Z', 1_798_761_600],
    ['2027-01-01T01:00:00+01:00', 1_798_761_600],
    ['2026-12-31T18:30:00-05:30', 1_798_761_600],
    ['2028-02-29T00:00:00Z', 1_835_395_200],
    ['9999-12-31T23:59:59Z', 253_402_300_799],
  ] as const) {
    t.same(parseMoment(text), { ok: true, value: seconds }, text);
  }
  t.equal(momentText(1_798_761_600), '2027-01-01T00:00:00Z');
});

test('what could be two moments, or none, is refused with the likely form', async (t) => {
  for (const [text, fix] of [
    ['2027-01-01', 'write "2027-01-01T00:00:00Z"'],
    ['2027-01-01T10:00', 'write "2027-01-01T10:00:00Z"'],
    ['2027-01-01 10:00:07', 'write "2027-01-01T10:00:07Z"'],
    ['2027-01-01T10:00:07.5', 'write "2027-01-01T10:00:07Z"'],
    ['2027-02-29T00:00:00Z', undefined],
    ['2027-01-01T24:00:00Z', undefined],
    ['2027-13-01T00:00:00Z', undefined],
    ['2027-01-01T00:00:60Z', undefined],
    ['2027-01-01T00:00:00+24:00', undefined],
    ['1969-12-31T23:59:59Z', undefined],
    ['0050-01-01T00:00:00Z', undefined],
    ['Jan  1 00:00:00 2027 GMT', undefined],
    ['', undefined],
  ] as const) {
    const parsed = parseMoment(text);
    t.equal(parsed.ok, false, text);
    if (!parsed.ok) t.equal(parsed.problem.fix, fix, text);
  }
});
