import { test } from 'tap';
import type { PinUse } from '../../../src/engine/native.js';
import { pinNotices } from '../../../src/pins/pin-use.js';

const NOW = 1_800_000_000;

const pin = (changes: Partial<PinUse> = {}): PinUse => ({
  client: 'billing',
  kind: 'sha256',
  value: 'ab'.repeat(32),
  label: '',
  notBefore: null,
  expires: null,
  lastUsed: NOW - 60,
  ...changes,
});

const said = (...uses: readonly PinUse[]): string[] =>
  pinNotices(uses, NOW).map(({ code, text }) => `${code}: ${text}`);

test('a pin that was used is nothing to speak of', async (t) => {
  t.same(said(pin(), pin({ client: 'audit' })), []);
  t.same(said(), []);
});

test('a pin that was never used is named by its label, or by its digits', async (t) => {
  t.same(said(pin({ lastUsed: null, label: '2027 key' }), pin({ lastUsed: null, kind: 'sha1' })), [
    'pin-never-used: client "billing": the pin "2027 key" has not been used since the start',
    'pin-never-used: client "billing": the pin the SHA-1 fingerprint of a certificate abababababababab… has not been used since the start',
  ]);
});

test('a pin that is not yet in force need not be used', async (t) => {
  t.same(said(pin(), pin({ lastUsed: null, notBefore: NOW + 1 })), []);
});

test('a pin that expires is spoken of while no newer one is used', async (t) => {
  const old = pin({ label: 'old', expires: NOW + 3600 });
  const [first = '', ...rest] = said(old, pin({ label: 'new', lastUsed: null }));
  t.match(
    first,
    /^pin-retiring: client "billing": the pin "old" is still used \(2027-01-15T07:59:00Z\) and expires at 2027-01-15T09:00:00Z; no newer pin has been used yet$/,
  );
  t.match(rest, [/^pin-never-used/]);
  t.same(said(old, pin({ label: 'new' })), []);
  t.same(said(old), []);
  t.same(said(old, pin({ client: 'other' })), [], 'the pins of another client are no successors');
});

test('a pin that has expired is to be removed, and a client without any is said to be nobody', async (t) => {
  t.match(said(pin({ expires: NOW }), pin()), [
    /^pin-expired: .* expired at 2027-01-15T08:00:00Z: remove it$/,
  ]);
  t.match(said(pin({ expires: NOW })), [
    /^pin-expired/,
    /^client-without-pin: .* nobody can be this client$/,
  ]);
  t.match(said(pin({ notBefore: NOW + 60 })), [
    /^client-without-pin: .* before 2027-01-15T08:01:00Z/,
  ]);
});
