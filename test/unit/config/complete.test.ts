import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'tap';
import { complete } from '../../../src/config/complete.js';
import { SHAPE } from '../../../src/config/generated-shape.js';

const read = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('what is left out has the default of the schema', async (t) => {
  const { listeners, upstreams, tickets, crypto, workers } = complete({
    listeners: { edge: { certificates: [{}] } },
    upstreams: { crm: { endpoints: ['unix:/a', { url: 'unix:/b', weight: 2 }], ejection: false } },
  });
  t.match(listeners?.edge, {
    mode: 'http',
    certificates: [{ names: [] }],
    limits: { streams: 100 },
  });
  t.same(upstreams?.crm?.endpoints, [
    { url: 'unix:/a', weight: 1, backup: false },
    { url: 'unix:/b', weight: 2, backup: false },
  ]);
  t.equal(upstreams?.crm?.ejection, false);
  t.notOk(Object.hasOwn(upstreams?.crm ?? {}, 'health'), 'nor has a part that is optional one');
  t.same([workers, tickets, crypto], [0, { lifetime: 7_200_000 }, { provider: 'auto' }]);
});

test('durations, sizes and rates are numbers, written or not', async (t) => {
  const limits = { headBytes: '32KiB', bodyBytes: 5, handshakesPerAddress: '20/m' };
  const { listeners } = complete({ listeners: { edge: { limits, timeouts: { head: '2s' } } } });
  t.match(listeners?.edge, {
    limits: { headBytes: 32_768, targetBytes: 8192, bodyBytes: 5 },
    timeouts: { head: 2000, body: 30_000 },
  });
  t.same(listeners?.edge?.limits.handshakesPerAddress, { count: 20, periodMs: 60_000 });
});

test('keys stand in the order of the schema, whatever the order in the file', async (t) => {
  const limits = { streams: 1, headBytes: 1024 };
  const { listeners } = complete({ listeners: { edge: { limits } } });
  const keys = Object.keys(listeners?.edge?.limits ?? {});
  t.same(keys.slice(0, 2), ['headBytes', 'headFields']);
  t.same(keys, Object.keys(complete({ listeners: { edge: {} } }).listeners?.edge?.limits ?? {}));
});

test('what the schema refuses stays as it is, and nothing is changed in place', async (t) => {
  const odd = JSON.parse(
    '{"listeners":{"__proto__":{"limits":7,"timeouts":{"head":"x"}}},"upstreams":[null]}',
  );
  const before = JSON.stringify(odd);
  const { listeners, upstreams } = complete(odd);
  t.equal(JSON.stringify(odd), before);
  const edge = Object.entries(listeners ?? {}).map(([, listener]) => listener)[0];
  t.match(edge, { limits: 7, timeouts: { head: 'x', body: 30_000 } });
  t.same(upstreams, [null]);
  for (const value of [undefined, null, 'x', 7]) t.equal(complete(value), value as never);
});

type Part = Readonly<Record<string, unknown>>;

function* partsOf(part: unknown, at: string): Generator<readonly [string, Part]> {
  if (typeof part !== 'object' || part === null) return;
  yield [at, part as Part];
  for (const [key, member] of Object.entries(part)) yield* partsOf(member, `${at}/${key}`);
}

test('no description of a key says again what its "default" says', async (t) => {
  for (const [at, part] of partsOf(JSON.parse(read('firmware-config/gateway.schema.json')), '')) {
    if (!('default' in part) || typeof part.description !== 'string') continue;
    t.notMatch(part.description.replaceAll(/"[^"]*"/g, ''), /\bdefault|\bleft out\b/i, at);
  }
});

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, h: 3_600_000 };

test('the documents name the defaults that the schema has', async (t) => {
  const { listeners, upstreams } = complete({ listeners: { x: {} }, upstreams: { x: {} } });
  const usual = (path: string, entry: unknown): unknown =>
    path.split('.').reduce((at, key) => (at as Part | undefined)?.[key], entry);
  let found = 0;
  for (const name of readdirSync(new URL('../../../docs', import.meta.url))) {
    if (!name.endsWith('.md')) continue;
    const stated = read(`docs/${name}`).matchAll(
      /`([a-zA-Z.]+)`(?: of its listener)? \((\d[\d,]*)(?: (ms|s|h))?\)/g,
    );
    for (const [text, path = '', digits = '', unit] of stated) {
      const value = Number(digits.replaceAll(',', '')) * (UNITS[unit ?? ''] ?? 1);
      t.equal(usual(path, listeners?.x) ?? usual(path, upstreams?.x), value, `${name}: ${text}`);
      found += 1;
    }
  }
  t.ok(found >= 9, `${found} defaults`);
});

test('the shape is small: it stays in the memory of a gateway that serves', async (t) => {
  t.ok(JSON.stringify(SHAPE).length < 4096);
});
