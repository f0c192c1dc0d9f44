import { test } from 'tap';
import type { ListenerConfig } from '../../../src/config/config.js';
import { bindIssues } from '../../../src/snapshot/bind-rules.js';

const listenersAt = (...addresses: readonly string[]): readonly ListenerConfig[] =>
  addresses.map((address, index) => {
    const bind = { address, port: 8443 };
    return { name: `l${index}`, at: `/listeners/l${index}`, bind } as unknown as ListenerConfig;
  });

const clashes = (...addresses: readonly string[]): readonly string[] =>
  bindIssues(listenersAt(...addresses)).map(({ code, at, found }) => `${code} ${at}: ${found}`);

test('every address of a port meets each one of it', async (t) => {
  const meets =
    'duplicate-bind /listeners/l1/bind: an address that meets that of the listener "l0"';
  t.same(clashes('0.0.0.0', '127.0.0.1'), [meets]);
  t.same(clashes('127.0.0.1', '0.0.0.0'), [meets]);
  t.same(clashes('::', '::1'), [meets]);
  t.same(clashes('10.0.0.1', '::'), [meets], '"::" takes IPv4 too');
  t.same(clashes('::', '0.0.0.0'), [meets]);
  t.same(clashes('0.0.0.0', '::ffff:10.0.0.1'), [meets]);
});

test('one address is the same however it is written', async (t) => {
  const same = 'duplicate-bind /listeners/l1/bind: the address of the listener "l0"';
  t.same(clashes('::1', '0:0:0::1'), [same]);
  t.same(clashes('127.0.0.1', '::ffff:127.0.0.1'), [same]);
  t.same(clashes('fe80::1%lo', 'fe80:0::1%lo'), [same]);
});

test('addresses that do not meet, and ports of the system’s choice, are fine', async (t) => {
  t.same(clashes('127.0.0.1', '127.0.0.2', '::1', 'fe80::1%lo', 'fe80::1%eth0'), []);
  t.same(clashes('0.0.0.0', '::1'), []);
  const anyPort = listenersAt('0.0.0.0', '127.0.0.1').map((one) => ({
    ...one,
    bind: { ...one.bind, port: 0 },
  }));
  t.same(bindIssues(anyPort), []);
});
