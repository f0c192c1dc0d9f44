import { test } from 'tap';
import { type ListSite, startListSite } from '../support/list-site.js';
import { reloadByCommand, visit } from '../support/reloads.js';

const begin = (): Promise<ListSite> =>
  startListSite({ begin: (lists) => lists.write('complete.crl', 5n) });

test('what a delta list revokes stays revoked when another one builds on it', async (t) => {
  const { gateway, lists, leaver, names } = await begin();
  t.teardown(() => gateway.stop());
  t.same(await visit(gateway, { client: leaver }), [200, 200]);
  lists.write('six.crl', 6n, { ...names, deltaOf: 5n });
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway, { client: leaver }), ['44', '44']);
  lists.write('seven.crl', 7n, { deltaOf: 6n });
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway, { client: leaver }), ['44', '44'], 'list 7 does not hide list 6');
  t.same(await visit(gateway), [200, 200]);
});

test('a delta list that builds on changes that are not there refuses, with the rule and a warning', async (t) => {
  const { gateway, lists } = await begin();
  t.teardown(() => gateway.stop());
  lists.write('nine.crl', 9n, { deltaOf: 8n });
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway), ['46', '46']);
  const line = await gateway.log.find(({ code }) => code === 'revocation-unknown');
  t.match(line, { detail: /^crl-base .*builds on number 0x08, .* end with number 0x05/ });
  t.ok(gateway.log.lines.some(({ code }) => code === 'list-unusable'));
  lists.write('complete.crl', 8n);
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway), [200, 200]);
});
