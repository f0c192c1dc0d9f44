import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { createAuthority } from '../support/certificates.js';
import { runPinlatch } from '../support/gateway.js';
import { LISTS, type ListSite, startListSite, WITH_STATE } from '../support/list-site.js';
import { reloadByCommand, SOCKET, visit } from '../support/reloads.js';
import { restart, STATE } from '../support/restarts.js';
import { issueRevocationList } from '../support/revocation-lists.js';

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
  const expected =
    /^clients {2}'CN=test CA' {2}key [0-9a-f]{16} {2}0x7fffffffffff {2}issued .*Z {2}all certificates$/m;
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
  t.match(
    unknown.errors,
    /no list of "clients" "CN=nobody" is remembered; remembered: "clients" "CN=test CA"$/,
  );
  const done = await trust(site, 'forget-list', 'clients', 'CN=test CA', ...AT_SOCKET);
  t.equal(done.code, 0);
  t.match(
    done.output,
    /^forgotten:\nclients {2}'CN=test CA' {2}key [0-9a-f]{16} {2}0x7fffffffffff .*\n.*pinlatch reload$/m,
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
  t.match(running.errors, /a running gateway uses/);
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

test('of two keys with one name each is shown, and forgotten alone, running or stopped', async (t) => {
  const twin = createAuthority('test CA');
  const site = await startListSite({
    args: WITH_STATE,
    begin: (lists) => {
      writeFileSync(join(lists.path, '..', 'twin.crt'), twin.pem);
      lists.write('ca.crl', ABSURD);
      const { pem } = issueRevocationList({ issuer: twin, number: 0x33n });
      writeFileSync(join(lists.path, 'twin.crl'), pem);
    },
    config: (_credentials, usual) => ({
      ...usual,
      trust: { clients: { ca: ['ca.crt', 'twin.crt'], crl: { files: [LISTS] } } },
    }),
  });
  t.teardown(() => void site.gateway.child.kill('SIGKILL'));
  const keyOf = async (number: string, where: readonly string[]): Promise<string> => {
    const { output } = await trust(site, 'lists', ...where);
    return new RegExp(`key ([0-9a-f]{16}) {2}${number} `).exec(output)?.[1] ?? '';
  };
  const [absurd, other] = [
    await keyOf('0x7fffffffffff', AT_SOCKET),
    await keyOf('0x33', AT_SOCKET),
  ];
  t.not(absurd, other);
  const forget = (key: string, where: readonly string[]) =>
    trust(site, 'forget-list', 'clients', 'CN=test CA', '--key', key, ...where);
  t.match(await forget('', AT_SOCKET), { code: 2, errors: /several keys begin with ""/ });
  t.match(await forget('zz', AT_SOCKET), { code: 2, errors: /, key "zz" is remembered/ });
  t.match(await forget(absurd, AT_SOCKET), { code: 0, output: /0x7fffffffffff/ });
  t.equal(await keyOf('0x7fffffffffff', AT_SOCKET), '');
  t.equal(await keyOf('0x33', AT_SOCKET), other);
  t.match(keptIn(site), /"number":"0x33"/);
  site.gateway.child.kill('SIGKILL');
  await site.gateway.exited;
  t.match(await forget(other, AT_FOLDER), { code: 0, output: /0x33/ });
  t.match((await trust(site, 'lists', ...AT_FOLDER)).output, /no revocation list is remembered/);
});

test('the command that a refused start prints forgets the list, whatever the issuer is called', async (t) => {
  const name = `$(touch made) \`touch made\` "it's" \${HOME}`;
  const odd = createAuthority(name);
  const listOf = (number: bigint): string => issueRevocationList({ issuer: odd, number }).pem;
  const site = await startListSite({
    args: WITH_STATE,
    begin: (lists) => {
      writeFileSync(join(lists.path, '..', 'odd.crt'), odd.pem);
      lists.write('ca.crl', 1n);
      writeFileSync(join(lists.path, 'odd.crl'), listOf(6n));
    },
    config: (_credentials, usual) => ({
      ...usual,
      trust: { clients: { ca: ['ca.crt', 'odd.crt'], crl: { files: [LISTS] } } },
    }),
  });
  const { folder } = site.gateway;
  await site.gateway.stop();
  writeFileSync(join(folder, LISTS, 'odd.crl'), listOf(5n));
  const strict = () => runPinlatch(['run', '--strict', ...WITH_STATE], { cwd: folder });
  const refused = strict();
  t.equal((await refused.exited).code, 1);
  const text = refused.errors.text.join('\n');
  const [, command = ''] = /: (node \S+ trust forget-list .*)$/m.exec(text) ?? [];
  t.match(command, / trust forget-list clients 'CN=.*' --state .*state$/);
  t.match(execFileSync('/bin/sh', ['-c', command], { cwd: folder }), /^forgotten:/);
  t.notOk(existsSync(join(folder, 'made')), 'the shell runs nothing in it');
  const serves = strict();
  await serves.output.find(({ event }) => event === 'serving');
  serves.signal('SIGTERM');
  await serves.exited;
});
