import { test } from 'tap';
import { parseConfig } from '../../../src/config/parse.js';
import { parseDeniedCertificate } from '../../../src/config/trust-rules.js';
import { parseSerial } from '../../../src/pins/parse-serial.js';
import { minimalConfig } from '../../support/config-folder.js';

type Trust = Readonly<Record<string, unknown>>;

function issuesOf(trust: Trust) {
  const parsed = parseConfig(minimalConfig({ trust: { devices: trust } }), '/x/gateway.json');
  return parsed.ok ? [] : parsed.issues;
}

const summarize = (trust: Trust) => issuesOf(trust).map(({ code, at }) => `${code} ${at}`);

const HERE = '/trust/devices';
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

test('a serial number is taken as openssl prints it', async (t) => {
  const taken: readonly (readonly [string, string])[] = [
    ['0A:1B:2C', '0a1b2c'],
    ['0a1b2c', '0a1b2c'],
    ['serial=0A1B2C', '0a1b2c'],
    ['0x1000', '1000'],
    ['0x100', '0100'],
    ['00:00:01', '01'],
    ['1', '01'],
    ['00', '00'],
    [` ${'f'.repeat(128)} `, 'f'.repeat(128)],
  ];
  for (const [text, value] of taken) t.same(parseSerial(text), { ok: true, value }, text);
});

test('a serial number in digits from 0 to 9 alone is not guessed at: both readings are offered', async (t) => {
  for (const text of ['1000', ' 10 ', '314159265358979323846264338327950288419']) {
    const parsed = parseSerial(text);
    const fix = parsed.ok ? '' : (parsed.problem.fix ?? '');
    const forms = [...fix.matchAll(/"(0x[^"]*)"/g)].map(([, form = '']) => parseSerial(form));
    const even = (digits: string) => (digits.length % 2 === 0 ? digits : `0${digits}`);
    const asDecimal = even(BigInt(text).toString(16));
    t.same(
      forms,
      [even(text.trim()), asDecimal].map((value) => ({ ok: true, value })),
      text,
    );
  }
  for (const [text, value] of [
    ['serial=1000', '1000'],
    ['10:00', '1000'],
    ['0100', '0100'],
    ['9', '09'],
    ['100A', '100a'],
  ] as const) {
    t.same(parseSerial(text), { ok: true, value }, text);
  }
  const deny = (serial: string) => summarize({ ca: ['a'], deny: [{ serial }] });
  t.match(deny('1000'), [/deny\/0\/serial/]);
  t.same(deny('0x1000'), []);
});

test('what could be another serial number is refused', async (t) => {
  const refused = [
    ...['', ' ', '0x', ':', '0A:', '0A:1', 'A:1B', '0A-1B', '0A 1B', '-01', '0A::1B', 'serial='],
    ...['0A1G', '1e3 ', 'f'.repeat(129), '0x0A:1B', '4096 (0x1000)', '\u{ff11}'],
  ].filter((text) => text !== '1e3 '); // hexadecimal after all
  for (const text of refused) t.equal(parseSerial(text).ok, false, JSON.stringify(text));
  t.match(parseSerial('4096 (0x1000)'), { problem: { fix: 'write "0x1000"' } });
});

test('a denied certificate is named by the SHA-256 of all of it', async (t) => {
  for (const text of [SHA256, `sha256:${SHA256}`, `SHA256 Fingerprint=${SHA256.toUpperCase()}`]) {
    t.same(parseDeniedCertificate(text), { ok: true, value: SHA256 }, text);
  }
  for (const text of [`sha256/${Buffer.from(SHA256, 'hex').toString('base64')}`, 'a9'.repeat(20)]) {
    t.match(parseDeniedCertificate(text), { ok: false, problem: { fix: /pinlatch pin/ } }, text);
  }
});

test('everything about a trust bundle is read', async (t) => {
  const crl = { files: ['x'], unlistedIssuers: 'accept', unnumbered: 'accept' };
  const deny = [`sha256:${SHA256}`, { serial: '0A:1B' }];
  const bundle = { ca: ['a'], crl, deny, minRsaBits: 3072, maxDepth: 0 };
  const text = minimalConfig({ trust: { devices: bundle } });
  const parsed = parseConfig(text, '/x/gateway.json');
  t.ok(parsed.ok);
  if (!parsed.ok) return;
  t.match(parsed.config.trust[0], {
    selfSigned: false,
    revocation: { leafOnly: false, acceptUnlistedIssuers: true, acceptUnnumbered: true },
    deny: [
      { kind: 'sha256', value: SHA256 },
      { kind: 'serial', value: '0a1b' },
    ],
    minRsaBits: 3072,
    maxDepth: 0,
  });
});

test('a bundle has authorities or is self-signed', async (t) => {
  t.same(summarize({}), [`missing-key ${HERE}`]);
  t.same(summarize({ selfSigned: false }), [`missing-key ${HERE}`]);
  t.same(summarize({ selfSigned: true }), []);
  t.same(summarize({ selfSigned: true, deny: [SHA256], minRsaBits: 3072 }), []);
  t.same(summarize({ selfSigned: false, ca: ['a'] }), []);
  for (const extra of [{ ca: ['a'] }, { crl: { files: ['a'] } }, { maxDepth: 1 }]) {
    const [key] = Object.keys(extra);
    const [found, ...rest] = issuesOf({ selfSigned: true, ...extra });
    t.match(found, { code: 'bad-value', at: HERE, found: `"selfSigned" beside "${key}"` });
    t.same(rest, []);
  }
});

test('a mistake in a trust bundle is told once, at its place', async (t) => {
  const wrong: readonly (readonly [Trust, string])[] = [
    [{ ca: ['a'], selfSigned: 'yes' }, `bad-value ${HERE}/selfSigned`],
    [{ ca: ['a'], deny: SHA256 }, `bad-value ${HERE}/deny`],
    [{ ca: ['a'], deny: [5] }, `bad-value ${HERE}/deny/0`],
    [{ ca: ['a'], deny: ['x'] }, `bad-value ${HERE}/deny/0`],
    [{ ca: ['a'], deny: [{}] }, `missing-key ${HERE}/deny/0`],
    [{ ca: ['a'], deny: [{ serial: 10 }] }, `bad-value ${HERE}/deny/0/serial`],
    [{ ca: ['a'], deny: [{ serial: '0g' }] }, `bad-value ${HERE}/deny/0/serial`],
    [{ ca: ['a'], deny: [{ serial: '0a', x: 1 }] }, `unknown-key ${HERE}/deny/0/x`],
    [{ ca: ['a'], minRsaBits: 1024 }, `bad-value ${HERE}/minRsaBits`],
    [{ ca: ['a'], minRsaBits: 16_385 }, `bad-value ${HERE}/minRsaBits`],
    [{ ca: ['a'], minRsaBits: 2048.5 }, `bad-value ${HERE}/minRsaBits`],
    [{ ca: ['a'], maxDepth: -1 }, `bad-value ${HERE}/maxDepth`],
    [{ ca: ['a'], maxDepth: 33 }, `bad-value ${HERE}/maxDepth`],
    [{ ca: ['a'], crl: { files: ['a'], check: 'all' } }, `bad-value ${HERE}/crl/check`],
    [{ ca: ['a'], crl: { files: ['a'], unnumbered: true } }, `bad-value ${HERE}/crl/unnumbered`],
    [
      { ca: ['a'], crl: { files: ['a'], unlistedIssuers: 'no' } },
      `bad-value ${HERE}/crl/unlistedIssuers`,
    ],
  ];
  for (const [trust, issue] of wrong) t.same(summarize(trust), [issue], JSON.stringify(trust));
});
