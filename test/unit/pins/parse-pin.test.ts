import { test } from 'tap';
import { parsePin } from '../../../src/pins/parse-pin.js';
import type { PinKind } from '../../../src/pins/pin.js';

const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const SHA1 = 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3';
const bytes256 = Buffer.from(SHA256, 'hex');
const base64 = bytes256.toString('base64');
const base64url = bytes256.toString('base64url');
const colon = (hex: string, by = ':') => (hex.toUpperCase().match(/../g) ?? []).join(by);

const TAKEN: readonly [text: string, kind: PinKind, as?: PinKind][] = [
  [`sha256 Fingerprint=${colon(SHA256)}`, 'sha256'],
  [`SHA256 Fingerprint=${colon(SHA256)}`, 'sha256'],
  [`SHA1 Fingerprint=${colon(SHA1)}`, 'sha1'],
  [`sha1 Fingerprint=${colon(SHA1)}\n`, 'sha1'],
  [`sha256:${colon(SHA256)}`, 'sha256'],
  [`sha256:${SHA256}`, 'sha256'],
  [`SHA256:${SHA256.toUpperCase()}`, 'sha256'],
  [`sha256:${base64}`, 'sha256'],
  [`SHA256:${base64.replace('=', '')}`, 'sha256'],
  [`sha1:${SHA1}`, 'sha1'],
  [`sha-1:${colon(SHA1)}`, 'sha1'],
  [`sha1:${Buffer.from(SHA1, 'hex').toString('base64')}`, 'sha1'],
  [SHA256, 'sha256'],
  [SHA1, 'sha1'],
  [colon(SHA256), 'sha256'],
  [colon(SHA1, ' '), 'sha1'],
  [colon(SHA256, '-'), 'sha256'],
  [`  ${SHA256}\t`, 'sha256'],
  [`sha256/${base64}`, 'spki-sha256'],
  [`sha256//${base64}`, 'spki-sha256'],
  [`pin-sha256="${base64}"`, 'spki-sha256'],
  [`spki:${SHA256}`, 'spki-sha256'],
  [`spki:sha256/${base64}`, 'spki-sha256'],
  [`SPKI-SHA256: ${colon(SHA256)}`, 'spki-sha256'],
  [SHA256, 'spki-sha256', 'spki-sha256'],
  [base64, 'spki-sha256', 'spki-sha256'],
  [`sha256/${base64}`, 'spki-sha256', 'spki-sha256'],
  [`spki:${base64url}`, 'spki-sha256', 'spki-sha256'],
  [colon(SHA256), 'sha256', 'sha256'],
  [`sha256:${base64}`, 'sha256', 'sha256'],
  [SHA1, 'sha1', 'sha1'],
];

test('takes every form that people paste', async (t) => {
  for (const [text, kind, as] of TAKEN) {
    const value = kind === 'sha1' ? SHA1 : SHA256;
    t.same(parsePin(text, as), { ok: true, value: { kind, value } }, text);
  }
});

const REFUSED: readonly [text: string, found: RegExp, as?: PinKind][] = [
  ['', /""/],
  ['   ', /"/],
  [SHA256.slice(1), /63 hexadecimal digits/],
  [SHA256.slice(2), /62 hexadecimal digits/],
  [`${SHA256}00`, /66 hexadecimal digits/],
  [`sha256:${SHA1}`, /40 hexadecimal digits/],
  [`sha1:${SHA256}`, /64 hexadecimal digits/],
  [SHA256.slice(0, 43), /43 hexadecimal digits/],
  [SHA256.slice(0, 44), /44 hexadecimal digits/],
  [SHA256.slice(0, 32), /as of MD5/],
  [`MD5 Fingerprint=${colon(SHA256.slice(0, 32))}`, /MD5/],
  [`sha512:${SHA256}${SHA256}`, /another kind/],
  [`sha1/${base64}`, /SHA-1 of a public key/],
  [colon(SHA256).replace(':', ''), /not evenly separated/],
  [colon(SHA256).replace(':', '-'), /not evenly separated/],
  [`${colon(SHA256)}:`, /not evenly separated/],
  [`sha256 Fingerprint=${base64}`, /base64/],
  [base64.slice(0, -2), /neither hexadecimal nor valid base64|31 bytes/],
  [`${base64}=`, /neither hexadecimal nor/],
  // The last character carries two bits that no byte uses: two texts for one fingerprint are one too many.
  [`${base64.slice(0, 42)}h=`, /not valid base64|nor valid base64/],
  [base64, /do not say what was hashed/],
  [base64url, /do not say what was hashed/],
  [Buffer.from(SHA1, 'hex').toString('base64'), /20 bytes in base64/],
  [`${base64url.replace(/[-_]/, '')}+/-_`, /neither/],
  [`\u200e${SHA1}`, /U\+200E/],
  ['-----BEGIN CERTIFICATE-----', /PEM/],
  ['billing', /neither hexadecimal nor valid base64|base64/],
  ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', /the digest of empty input/],
  ['sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709', /the digest of empty input/],
  [`sha256:${colon(SHA256)}`, /fingerprint of a certificate/, 'spki-sha256'],
  [`sha256 Fingerprint=${colon(SHA256)}`, /fingerprint of a certificate/, 'spki-sha256'],
  [`spki:sha256:${SHA256}`, /fingerprint of a certificate/],
  [`sha256/${base64}`, /public key/, 'sha256'],
  [`spki:${SHA256}`, /public key/, 'sha256'],
  [`sha1:${SHA1}`, /SHA-1/, 'sha256'],
  [SHA1, /40 hexadecimal digits/, 'sha256'],
  [SHA256, /64 hexadecimal digits/, 'sha1'],
];

test('refuses what is ambiguous or malformed, and says what it found', async (t) => {
  for (const [text, found, as] of REFUSED) {
    const parsed = parsePin(text, as);
    t.notOk(parsed.ok, text);
    if (!parsed.ok) t.match(parsed.problem.found, found, text);
  }
});

test('a SHA-1 in base64 without a prefix is refused with what to write', async (t) => {
  const text = Buffer.from(SHA1, 'hex').toString('base64');
  const parsed = parsePin(text);
  t.match(parsed, { ok: false, problem: { fix: /write "sha1:/ } });
});

test('a bare SHA-256 in base64 is refused with both forms to choose from, and each of them is taken', async (t) => {
  for (const text of [base64, base64url, base64.replace('=', '')]) {
    const parsed = parsePin(text);
    const fix = parsed.ok ? '' : (parsed.problem.fix ?? '');
    const [whole = '', key = ''] = [...fix.matchAll(/"([^"]*)"/g)].map(([, form]) => form);
    t.same(parsePin(whole), { ok: true, value: { kind: 'sha256', value: SHA256 } }, text);
    t.same(parsePin(key), { ok: true, value: { kind: 'spki-sha256', value: SHA256 } }, text);
  }
});

test('no form of one kind is ever taken for another', async (t) => {
  for (const [text, kind, as] of TAKEN) {
    for (const other of ['sha256', 'sha1', 'spki-sha256'] as const) {
      const parsed = parsePin(text, other);
      if (parsed.ok) t.equal(parsed.value.kind, other, text);
      else if (as === undefined) t.not(kind, other, text);
    }
  }
});
