import { test } from 'tap';
import { parseDuration, parseSize } from '../../../src/config/quantities.js';

test('reads durations as milliseconds', async (t) => {
  const cases: readonly [string, number][] = [
    ['500ms', 500],
    ['10s', 10_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['0s', 0],
  ];
  for (const [text, value] of cases) t.same(parseDuration(text), { ok: true, value }, text);
});

test('refuses other durations, and says what to write where it can be guessed', async (t) => {
  const cases: readonly [string, string | undefined][] = [
    ['10', 'write "10s"'],
    ['10 s', 'write "10s"'],
    ['10S', 'write "10s"'],
    ['1 min', 'write "1m"'],
    ['5 seconds', 'write "5s"'],
    ['30 millis', 'write "30ms"'],
    ['1.5s', undefined],
    ['-1s', undefined],
    ['1m30s', undefined],
    ['3w', undefined],
    ['', undefined],
    ['s', undefined],
  ];
  for (const [text, fix] of cases) {
    const parsed = parseDuration(text);
    t.notOk(parsed.ok, text);
    if (!parsed.ok) t.equal(parsed.problem.fix, fix, text);
  }
});

test('reads sizes as bytes', async (t) => {
  const cases: readonly [string, number][] = [
    ['16KiB', 16_384],
    ['1MiB', 1_048_576],
    ['512', 512],
    ['512B', 512],
    ['2GiB', 2 ** 31],
    ['1TiB', 2 ** 40],
  ];
  for (const [text, value] of cases) t.same(parseSize(text), { ok: true, value }, text);
});

test('refuses other sizes, and says what to write where it can be guessed', async (t) => {
  const cases: readonly [string, string | undefined][] = [
    ['16K', 'write "16KiB" (units of 1024)'],
    ['16kb', 'write "16KiB" (units of 1024)'],
    ['1 MB', 'write "1MiB" (units of 1024)'],
    ['1.5MiB', undefined],
    ['-1', undefined],
    ['', undefined],
  ];
  for (const [text, fix] of cases) {
    const parsed = parseSize(text);
    t.notOk(parsed.ok, text);
    if (!parsed.ok) t.equal(parsed.problem.fix, fix, text);
  }
});
