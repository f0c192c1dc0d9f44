import { test } from 'tap';
import { parseAddress, parseNetwork } from '../../../src/conditions/address.js';

test('addresses are bytes, of which all bits count', async (t) => {
  for (const [text, address] of [
    ['10.1.2.3', '0a010203'],
    ['255.255.255.255', 'ffffffff'],
    ['::', '0'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`],
    ['2001:db8::', `20010db8${'0'.repeat(24)}`],
    ['2001:DB8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['1::2:0:0:3', '00010000000000000002000000000003'],
    ['::ffff:10.1.2.3', '00000000000000000000ffff0a010203'],
    ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
  ] as const) {
    t.same(parseAddress(text), {
      ok: true,
      value: { kind: 'network', address, bits: address.length * 4 },
    });
  }
  for (const text of [
    '',
    '10.1.2',
    '10.1.2.3.4',
    '010.1.2.3',
    'fe80::1%eth0',
    'localhost',
    '1::2::3',
  ]) {
    t.equal(parseAddress(text).ok, false, text);
  }
});

test('networks have a prefix, and nothing behind it', async (t) => {
  for (const [text, address, bits] of [
    ['10.0.0.0/8', '0a000000', 8],
    ['0.0.0.0/0', '00000000', 0],
    ['10.1.2.2/31', '0a010202', 31],
    ['10.1.2.3/32', '0a010203', 32],
    ['10.128.0.0/9', '0a800000', 9],
    ['2001:db8::/32', `20010db8${'0'.repeat(24)}`, 32],
    ['2001:db8::1/128', `20010db8${'0'.repeat(23)}1`, 128],
  ] as const) {
    t.same(parseNetwork(text), { ok: true, value: { kind: 'network', address, bits } }, text);
  }
  for (const text of [
    '10.1.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0',
    '10.0.0.0/',
    '::1/64',
    '::/129',
    '10.1.2.3/31',
  ]) {
    t.equal(parseNetwork(text).ok, false, text);
  }
});
