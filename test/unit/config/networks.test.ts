import { test } from 'tap';
import { parseTrustedNetwork } from '../../../src/config/networks.js';

const read = (text: string) => {
  const parsed = parseTrustedNetwork(text);
  return parsed.ok ? `${parsed.value.address}/${parsed.value.bits}` : parsed.problem.expected;
};

test('a network is a prefix, an address one of its own', async (t) => {
  t.equal(read('10.0.0.0/8'), '0a000000/8');
  t.equal(read('192.0.2.7'), 'c0000207/32');
  t.equal(read('0.0.0.0/0'), '00000000/0');
  t.equal(read('2001:db8::/32'), `20010db8${'0'.repeat(24)}/32`);
  t.equal(read('::1'), `${'0'.repeat(31)}1/128`);
});

test('what is no network, or matches nobody, is refused', async (t) => {
  for (const text of ['', 'localhost', '10.0.0.0/33', '10.0.0', '10.0.0.0/', '2001:db8::/129']) {
    t.match(read(text), /such as/, text);
  }
  t.match(read('10.0.0.1/8'), /bits after the prefix are zero \(10\.0\.0\.0\/8\)/);
  t.match(read('::ffff:10.0.0.1'), /in its own form/);
  t.match(read('fe80::1%eth0'), /such as/);
});
