import { type Test, test } from 'tap';
import { contextPrimitive } from '../support/der.js';
import { runPinlatch } from '../support/gateway.js';
import { type ListSite, startListSite, WITH_STATE } from '../support/list-site.js';
import { askAdmin, reloadByCommand, visit } from '../support/reloads.js';
import { restart } from '../support/restarts.js';
import { issuingDistributionPoint } from '../support/revocation-lists.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const LAST_WEEK = new Date(Date.now() - 7 * DAY_MS);
const USERS_ONLY = issuingDistributionPoint([contextPrimitive(1, Buffer.from([0xff]))]);
// What a refused client sees: revocation-unknown is the alert certificate_unknown.
const UNKNOWN = ['46', '46'];
const REVOKED = ['44', '44'];

const GONE = (which: RegExp): object => ({
  code: 'list-gone',
  found: which,
  level: 'warning',
  fix: /^if the CA no longer issues that list: node \S+\/main\.js trust forget-list clients 'CN=test CA'$/,
});

async function isTold(t: Test, { folder }: { folder: string }, which: RegExp): Promise<void> {
  const { body } = await askAdmin(folder, 'GET', '/v1/views/status');
  t.match(body, { lastReload: { issues: [GONE(which)] } });
}

async function forgetAndReload(t: Test, { gateway }: ListSite): Promise<void> {
  const args = ['trust', 'forget-list', 'clients', 'CN=test CA', '--socket', 'admin.sock'];
  t.equal((await runPinlatch(args, { cwd: gateway.folder }).exited).code, 0);
  t.match(await reloadByCommand(gateway), { status: 200 });
}

test('a complete list does not count without the delta list that served beside it', async (t) => {
  const site = await startListSite({
    args: WITH_STATE,
    begin: (lists, { names }) => {
      lists.write('complete.crl', 5n);
      lists.write('delta.crl', 6n, { ...names, deltaOf: 5n });
    },
  });
  const { gateway, lists, leaver } = site;
  t.same(await visit(gateway, { client: leaver }), REVOKED);
  await gateway.log.event('last-good-kept');
  lists.remove('delta.crl');
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway, { client: leaver }), UNKNOWN, 'after a reload');
  await isTold(t, gateway, /^the delta list for all certificates, number 0x06, .* of CN=test CA/);
  await gateway.stop();
  const restarted = await restart(gateway.folder, gateway.credentials);
  t.teardown(() => void restarted.child.kill('SIGKILL'));
  t.match(restarted.serving, { config: 'live' });
  t.same(await visit(restarted, { client: leaver }), UNKNOWN, 'after a restart');
  t.match(await restarted.output.event('config-issue'), { level: 'warning', code: 'list-gone' });
});

test('a complete list as far as the delta list that is taken away counts, and one that is forgotten', async (t) => {
  const site = await startListSite({
    begin: (lists) => {
      lists.write('complete.crl', 5n);
      lists.write('delta.crl', 6n, { deltaOf: 5n });
    },
  });
  const { gateway, lists } = site;
  t.teardown(() => gateway.stop());
  lists.remove('delta.crl');
  lists.write('complete.crl', 6n);
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway), [200, 200]);
  lists.write('delta.crl', 9n, { deltaOf: 6n });
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway), [200, 200]);
  lists.remove('delta.crl');
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway), UNKNOWN);
  await forgetAndReload(t, site);
  t.same(await visit(gateway), [200, 200]);
});

test("last week's list does not come back in the place of a newer one of another scope", async (t) => {
  const old = { thisUpdate: LAST_WEEK };
  const site = await startListSite({ begin: (lists) => lists.write('ca.crl', 5n, old) });
  const { gateway, lists, leaver, names } = site;
  t.teardown(() => gateway.stop());
  lists.write('ca.crl', 6n, { ...names, extensions: [USERS_ONLY] });
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway, { client: leaver }), REVOKED);
  lists.write('ca.crl', 5n, old);
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway, { client: leaver }), UNKNOWN);
  await isTold(t, gateway, /^the list for users only, number 0x06, .* of CN=test CA/);
  lists.write('ca.crl', 6n, names);
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway), [200, 200], 'a newer one for all certificates has its place');
  t.same(await visit(gateway, { client: leaver }), REVOKED);
});
