import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { runPinlatch } from '../support/gateway.js';
import { type ListSite, startListSite, WITH_STATE } from '../support/list-site.js';
import { reloadByCommand, SOCKET, visit } from '../support/reloads.js';
import { restart, STATE } from '../support/restarts.js';

const ABSURD = 0x7fffffffffffn;
const AT_SOCKET = ['--socket', SOCKET];
const AT_FOLDER = ['--state', STATE];

const startSite = (): Promise<ListSite> =>
  startListSite({ args: WITH_STATE, begin: (lists) => lists.write('ca.crl', ABSURD) });

async function trust({ gateway }: ListSite, ...args: readonly string[]) {
  const run = runPinlatch(['trust', ...args], { cwd: gateway.folder });
  const { code } = await run.exited;
  return { code, output: run.output.text.join('\n'), errors: run.errors.text.join('\n') };
}

const keptIn = ({ gateway }: ListSite): string =>
  readFileSync(join(gateway.folder, STATE, 'list-numbers'), 'utf8');

async function isListed(t: Test, site: ListSite, where: readonly string[]): Promise<void> {
  const expected = /^clients {2}"CN=test CA" {2}0x7fffffffffff {2}issued .*Z {2}all certificates$/m;
  for (const verb of ['lists', 'forget-list']) {
    const { code, output } = await trust(site, verb, ...where);
    t.equal(code, 0);
    t.match(output, expected, verb);
  }
}

test('a running gateway forgets a list on demand, and takes one with a lower number', async (t) => {
  const site = await startSite();
  const { gateway, lists, leaver, names } = site;
  t.teardown(() => gateway.stop());
  lists.write('ca.crl', 7n, names);
  t.match(await reloadByCommand(gateway), { status: 422 });
  t.same(await visit(gateway, { client: leaver }), [200, 200], 'barred for ever');
  await isListed(t, site, AT_SOCKET);

  const unknown = await trust(site, 'forget-list', 'clients', 'CN=nobody', ...AT_SOCKET);
  t.equal(unknown.code, 2);
  t.match(unknown.errors, /no list of \\?"clients\\?" \\?"CN=nobody\\?" is remembered: there is/);
  const done = await trust(site, 'forget-list', 'clients', 'CN=test CA', ...AT_SOCKET);
  t.equal(done.code, 0);
  t.match(
    done.output,
    /^forgotten:\nclients {2}"CN=test CA" {2}0x7fffffffffff .*\n.*pinlatch reload$/m,
  );
  t.notMatch(keptIn(site), /clients/);

  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway, { client: leaver }), ['44', '44']);
  lists.write('ca.crl', 6n);
  t.match(await reloadByCommand(gateway), { status: 422 }, 'it remembers again');
  t.match(keptIn(site), /"number":"0x07"/);
});

test('the state folder of a stopped gateway forgets a list on demand', async (t) => {
  const site = await startSite();
  const { gateway, lists, leaver, names } = site;
  const running = await trust(site, 'forget-list', 'clients', 'CN=test CA', ...AT_FOLDER);
  t.equal(running.code, 2, 'which a running one would write down again');
  t.match(running.errors, /a gateway runs with/);
  await gateway.stop();
  lists.write('ca.crl', 7n, names);
  await isListed(t, site, AT_FOLDER);
  const unreachable = await trust(site, 'lists', ...AT_SOCKET);
  t.equal(unreachable.code, 2);
  t.match(unreachable.errors, /name its state folder: --state FOLDER/);
  const done = await trust(site, 'forget-list', 'clients', 'CN=test CA', ...AT_FOLDER);
  t.equal(done.code, 0);
  t.match(done.output, /next start/);
  t.match((await trust(site, 'lists', ...AT_FOLDER)).output, /no revocation list is remembered/);

  const restarted = await restart(gateway.folder, gateway.credentials);
  t.teardown(() => void restarted.child.kill('SIGKILL'));
  t.match(restarted.serving, { config: 'live' });
  t.same(await visit(restarted, { client: leaver }), ['44', '44']);
});

test('what is no verb, half a series or two places is a usage error', async (t) => {
  const site = await startSite();
  t.teardown(() => site.gateway.stop());
  const wrong = [
    ['forget'],
    ['forget-list', 'clients'],
    ['lists', 'clients'],
    ['lists', ...AT_SOCKET, ...AT_FOLDER],
  ];
  for (const args of wrong) {
    const { code, errors } = await trust(site, ...args);
    t.equal(code, 2, args.join(' '));
    t.match(errors, /see: pinlatch help trust/);
  }
});
