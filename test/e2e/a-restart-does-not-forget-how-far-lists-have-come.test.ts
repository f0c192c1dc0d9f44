import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { createAuthority, issueClient } from '../support/certificates.js';
import { runPinlatch, type TestGateway, usualConfig } from '../support/gateway.js';
import { LISTS, type ListSite, startListSite, WITH_STATE } from '../support/list-site.js';
import { presenting } from '../support/refusal-case.js';
import { askAdmin, reloadByCommand, visit } from '../support/reloads.js';
import { type RestartedGateway, restart, STATE } from '../support/restarts.js';
import { issueRevocationList } from '../support/revocation-lists.js';

const WENT_BACK = /went backwards: its number is 0x05, and 0x06 was loaded before/;

async function kill({ child, exited }: Pick<TestGateway, 'child' | 'exited'>): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}

/** revokedAndKilled has served a list that names the leaver, and was killed. */
async function revokedAndKilled(): Promise<ListSite> {
  const site = await startListSite({
    args: WITH_STATE,
    begin: (lists, { names }) => lists.write('ca.crl', 6n, names),
  });
  await site.gateway.log.event('last-good-kept');
  await kill(site.gateway);
  return site;
}

/** rolledBack is the same, and the list before it is back. */
async function rolledBack(): Promise<ListSite> {
  const site = await revokedAndKilled();
  site.lists.write('ca.crl', 5n);
  return site;
}

async function again(t: Test, { gateway }: ListSite): Promise<RestartedGateway> {
  const restarted = await restart(gateway.folder, gateway.credentials);
  t.teardown(() => void restarted.child.kill('SIGKILL'));
  return restarted;
}

test('a list older than one that served is refused at the start; the last good configuration serves', async (t) => {
  const site = await rolledBack();
  const restarted = await again(t, site);
  t.match(restarted.serving, { config: 'last-good' });
  t.match(await restarted.output.event('config-issue'), { code: 'crl-invalid', found: WENT_BACK });
  t.same(await visit(restarted, { client: site.leaver }), ['44', '44']);
  t.same(await visit(restarted), [200, 200]);
});

test('a list older than one that served is refused with --strict, and without a last good configuration', async (t) => {
  const { gateway } = await rolledBack();
  const { folder } = gateway;
  const refused = async (...more: readonly string[]): Promise<void> => {
    const run = runPinlatch(['run', ...WITH_STATE, ...more], { cwd: folder });
    t.equal((await run.exited).code, 1);
    t.match(run.errors.text.join('\n'), WENT_BACK);
  };
  await refused('--strict');
  rmSync(join(folder, STATE, 'last-good'));
  await refused();
});

test('a list as new as the one that served, and a newer one, serve after a restart', async (t) => {
  const site = await revokedAndKilled();
  const same = await again(t, site);
  t.match(same.serving, { config: 'live' });
  await kill(same);
  site.lists.write('ca.crl', 7n);
  const newer = await again(t, site);
  t.match(newer.serving, { config: 'live' });
  t.same(
    await visit(newer, { client: site.leaver }),
    [200, 200],
    'which does not name it any more',
  );
});

test('a last good configuration with an older list than one that served does not serve', async (t) => {
  const site = await startListSite({
    args: WITH_STATE,
    begin: (lists) => lists.write('ca.crl', 5n),
  });
  const { gateway, lists, names } = site;
  const { folder, log, configPath } = gateway;
  await log.event('last-good-kept');
  const kept = join(folder, STATE, 'last-good');
  copyFileSync(kept, join(folder, 'older'));
  lists.write('ca.crl', 6n, names);
  t.match(await reloadByCommand(gateway), { status: 200 });
  await kill(gateway);
  copyFileSync(join(folder, 'older'), kept);
  writeFileSync(configPath, '{');
  const run = runPinlatch(['run', '--log-format', 'json', ...WITH_STATE], { cwd: folder });
  t.equal((await run.exited).code, 1);
  const refused = run.output.lines.find(({ event }) => event === 'last-good-refused');
  t.match(refused, { level: 'error', reason: WENT_BACK });
});

test('what is remembered is written only when a list is newer', async (t) => {
  const site = await revokedAndKilled();
  const path = join(site.gateway.folder, STATE, 'list-numbers');
  const written = (): bigint => statSync(path, { bigint: true }).ino;
  const before = written();
  const text = readFileSync(path, 'utf8');
  t.match(text, /"bundle":"clients","issuerName":"CN=test CA".*"number":"0x06"/, 'for people too');
  t.equal(statSync(path).mode & 0o777, 0o600);
  const restarted = await again(t, site);
  const gateway = { ...site.gateway, ...restarted, log: restarted.output };
  await restarted.output.event('admin-listening');
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.equal(written(), before, 'not at a start, nor at a reload');
  site.lists.write('ca.crl', 7n);
  t.match(await reloadByCommand(gateway), { status: 200 });
  await restarted.output.event('list-numbers-kept');
  t.not(written(), before);
});

test('without a state folder what is remembered ends with the gateway', async (t) => {
  const site = await startListSite({ begin: (lists) => lists.write('ca.crl', 6n) });
  await site.gateway.stop();
  site.lists.write('ca.crl', 5n);
  const restarted = await restart(site.gateway.folder, site.gateway.credentials, []);
  t.teardown(() => void restarted.child.kill('SIGKILL'));
  t.match(restarted.serving, { config: 'live' });
});

const SPOILED: Readonly<Record<string, (path: string, text: string) => void>> = {
  'a number altered': (path, text) => writeFileSync(path, text.replace('"0x06"', '"0x04"')),
  'cut off': (path, text) => writeFileSync(path, text.slice(0, -2)),
  empty: (path) => writeFileSync(path, ''),
  'of another version': (path, text) => writeFileSync(path, text.replace('numbers/1', 'numbers/2')),
  'of somebody else': (path) => writeFileSync(path, '{"lists": []}\n'),
};

for (const [how, spoil] of Object.entries(SPOILED)) {
  test(`a memory of lists that is ${how} is told at the start, set aside and begun anew`, async (t) => {
    const site = await revokedAndKilled();
    const { folder } = site.gateway;
    const path = join(folder, STATE, 'list-numbers');
    spoil(path, readFileSync(path, 'utf8'));
    const spoiled = readFileSync(path, 'utf8');
    site.lists.write('ca.crl', 7n, site.names);
    const restarted = await again(t, site);
    const told = await restarted.output.event('list-numbers-unusable');
    t.match(told, { level: 'error', reason: /list-numbers": / });
    t.same(await visit(restarted), [200, 200], 'it serves');
    await restarted.output.event('admin-listening');
    const { body } = await askAdmin(folder, 'GET', '/v1/views/status');
    t.match(body, { listNumbers: { lost: /list-numbers": /, failure: '', remembered: 1 } });
    t.equal(readFileSync(`${path}.damaged`, 'utf8'), spoiled);
    t.match(readFileSync(path, 'utf8'), /"number":"0x07"/);
  });
}

const LOST: Readonly<Record<string, (path: string) => void>> = {
  'is gone': (path) => rmSync(path),
  'is empty': (path) => writeFileSync(path, ''),
  'is damaged': (path) => writeFileSync(path, 'x'),
  'may be written by everybody': (path) => chmodSync(path, 0o666),
  'is a link': (path) => {
    renameSync(path, `${path}.moved`);
    symlinkSync(`${path}.moved`, path);
  },
};

for (const [how, lose] of Object.entries(LOST)) {
  test(`where the memory of lists ${how}, a list older than that of the last good configuration is refused`, async (t) => {
    const site = await rolledBack();
    lose(join(site.gateway.folder, STATE, 'list-numbers'));
    const restarted = await again(t, site);
    const reason = /list-numbers"/;
    t.match(await restarted.output.event('list-numbers-unusable'), { level: 'error', reason });
    t.match(await restarted.output.event('list-numbers-replaced'), { level: 'warning', lists: 1 });
    t.match(restarted.serving, { config: 'last-good' });
    t.match(await restarted.output.event('config-issue'), {
      code: 'crl-invalid',
      found: WENT_BACK,
    });
    t.same(await visit(restarted, { client: site.leaver }), ['44', '44']);
    t.same(await visit(restarted), [200, 200]);
    await restarted.output.event('admin-listening');
    const { body } = await askAdmin(site.gateway.folder, 'GET', '/v1/views/status');
    t.match(body, { listNumbers: { lost: reason, remembered: 1 } });
  });
}

test('a memory of lists that is gone without a last good configuration is not missed', async (t) => {
  const site = await revokedAndKilled();
  const { folder } = site.gateway;
  rmSync(join(folder, STATE, 'list-numbers'));
  rmSync(join(folder, STATE, 'last-good'));
  site.lists.write('ca.crl', 5n);
  const first = await again(t, site);
  await first.output.event('list-numbers-kept');
  t.notOk(first.output.lines.some(({ event }) => event === 'list-numbers-unusable'));
});

const USELESS: Readonly<Record<string, (site: ListSite) => RegExp>> = {
  'is damaged': ({ gateway }) => {
    writeFileSync(join(gateway.folder, STATE, 'last-good'), 'x');
    return /last-good": its first line is not that of such a file: the file is damaged/;
  },
  'names a key that is gone': ({ gateway: { folder, configPath } }) => {
    renameSync(join(folder, 'server.key'), join(folder, 'renewed.key'));
    const text = readFileSync(configPath, 'utf8');
    writeFileSync(configPath, text.replace('server.key', 'renewed.key'));
    return /server\.key/;
  },
};

for (const [how, spoil] of Object.entries(USELESS)) {
  test(`a memory of lists that is gone beside a last good configuration that ${how} is told`, async (t) => {
    const site = await rolledBack();
    rmSync(join(site.gateway.folder, STATE, 'list-numbers'));
    const reason = spoil(site);
    const restarted = await again(t, site);
    const told = await restarted.output.event('list-numbers-unusable');
    t.match(told, { level: 'error', reason });
  });
}

test('a state folder that cannot be written is told, and the gateway serves and remembers', async (t) => {
  const site = await startListSite({
    args: ['--state', 'gateway.json/state'],
    begin: (lists) => lists.write('ca.crl', 6n),
  });
  const { gateway, lists } = site;
  t.teardown(() => gateway.stop());
  const reason = /gateway\.json\/state": /;
  t.match(await gateway.log.event('list-numbers-not-kept'), { level: 'error', reason });
  const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
  t.match(body, { listNumbers: { lost: '', failure: reason } }, 'nothing was there to be lost');
  t.same(await visit(gateway), [200, 200]);
  lists.write('ca.crl', 5n);
  t.match(await reloadByCommand(gateway), { status: 422 });
});

test('the list of an intermediate that only clients present is remembered once one was judged by it', async (t) => {
  let intermediate = createAuthority('unknown yet');
  const listOf = (number: bigint): string =>
    issueRevocationList({ issuer: intermediate, number }).pem;
  const site = await startListSite({
    args: WITH_STATE,
    begin: (lists) => {
      lists.write('ca.crl', 1n);
      intermediate = createAuthority('intermediate', { issuer: lists.issuer });
      writeFileSync(join(lists.path, 'intermediate.crl'), listOf(6n));
    },
    config: (credentials, usual) => ({
      ...usual,
      routes: usualConfig(credentials).routes,
      ...{ clients: { client: { when: { 'subject.CN': 'below' } } } },
    }),
  });
  const { folder, log } = site.gateway;
  const client = presenting(issueClient(intermediate, 'below'), intermediate);
  await log.event('list-numbers-kept');
  t.same(await visit(site.gateway, { client }), [200, 200]);
  await log.find(({ event, lists }) => event === 'list-numbers-kept' && lists === 2);
  await kill(site.gateway);
  writeFileSync(join(folder, LISTS, 'intermediate.crl'), listOf(5n));
  rmSync(join(folder, STATE, 'last-good'));
  t.ok(existsSync(join(folder, STATE, 'list-numbers')));
  const run = runPinlatch(['run', ...WITH_STATE], { cwd: folder });
  t.equal((await run.exited).code, 1);
  t.match(run.errors.text.join('\n'), WENT_BACK);
});
