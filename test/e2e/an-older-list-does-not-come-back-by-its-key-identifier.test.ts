import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, issueClient } from '../support/certificates.js';
import { makeCredentials, runPinlatch, startGateway, usualConfig } from '../support/gateway.js';
import { presenting } from '../support/refusal-case.js';
import { adminConfig, reloadByCommand, visit } from '../support/reloads.js';
import { makeStateFolder, restart } from '../support/restarts.js';
import { issueRevocationList } from '../support/revocation-lists.js';

const credentials = makeCredentials();
const middle = createAuthority('middle', { issuer: credentials.authority });
const leaf = issueClient(middle, 'leaver');
const leaver = presenting(leaf, middle);

/** listOf is a list of the intermediate, which only clients present; null: without authorityKeyIdentifier. */
const listOf = (number: bigint, keyIdentifier: null | undefined, isNamed: boolean): string =>
  issueRevocationList({
    issuer: middle,
    number,
    ...(keyIdentifier === null ? { keyIdentifier } : {}),
    ...(isNamed ? { revoked: [{ serial: leaf.serial }] } : {}),
  }).pem;

async function startWith(list: string) {
  const root = issueRevocationList({ issuer: credentials.authority }).pem;
  const gateway = await startGateway({
    credentials,
    args: ['--state', 'state'],
    config: (_, folder) => {
      makeStateFolder(folder);
      writeFileSync(join(folder, 'root.crl'), root);
      writeFileSync(join(folder, 'middle.crl'), list);
      return {
        ...adminConfig(credentials),
        watch: false,
        trust: { clients: { ca: ['ca.crt'], crl: { files: ['root.crl', 'middle.crl'] } } },
        clients: { client: { when: { 'subject.CN': ['test client', 'leaver'] } } },
      };
    },
  });
  await gateway.log.event('admin-listening');
  return gateway;
}

const FORMS = [
  ['without a key identifier, after one with it', undefined, null],
  ['with a key identifier, after one without', null, undefined],
  ['with the same key identifier', undefined, undefined],
] as const;

for (const [how, newer, older] of FORMS) {
  test(`an older list of an intermediate ${how} is refused at a reload and at a start`, async (t) => {
    const gateway = await startWith(listOf(9n, newer, true));
    const { folder } = gateway;
    t.teardown(() => void gateway.child.kill('SIGKILL'));
    t.same(await visit(gateway, { client: leaver }), ['44', '44']);
    writeFileSync(join(folder, 'middle.crl'), listOf(8n, older, false));
    t.match(await reloadByCommand(gateway), { status: 422 });
    t.same(await visit(gateway, { client: leaver }), ['44', '44']);
    await gateway.stop();
    const strict = runPinlatch(['run', '--state', 'state', '--strict'], { cwd: folder });
    t.equal((await strict.exited).code, 1);
    t.match(strict.errors.text.join(''), /went backwards: its number is 0x08, and 0x09 was loaded/);
  });
}

test('a bundle that is renamed takes the numbers of its lists with it', async (t) => {
  const names = (serial: bigint) => ({ revoked: [{ serial }] });
  const client = issueClient(credentials.authority, 'test client');
  const listed = (number: bigint, more = {}) =>
    issueRevocationList({ issuer: credentials.authority, number, ...more }).pem;
  const gateway = await startGateway({
    credentials,
    args: ['--state', 'state'],
    config: (_, folder) => {
      makeStateFolder(folder);
      writeFileSync(join(folder, 'root.crl'), listed(9n, names(client.serial)));
      return {
        ...usualConfig(credentials),
        trust: { clients: { ca: ['ca.crt'], crl: { files: ['root.crl'] } } },
      };
    },
  });
  await gateway.log.event('last-good-kept');
  await gateway.stop();
  const { folder, configPath } = gateway;
  const renamed = JSON.parse(readFileSync(configPath, 'utf8'));
  renamed.trust = { things: renamed.trust.clients };
  for (const one of Object.values<Record<string, unknown>>(renamed.listeners)) one.trust = 'things';
  writeFileSync(configPath, JSON.stringify(renamed));
  writeFileSync(join(folder, 'root.crl'), listed(8n));
  const strict = runPinlatch(['run', '--state', 'state', '--strict'], { cwd: folder });
  t.equal((await strict.exited).code, 1);
  t.match(strict.errors.text.join(''), /went backwards: its number is 0x08, and 0x09 was loaded/);
  writeFileSync(join(folder, 'root.crl'), listed(9n));
  const restarted = await restart(folder, credentials);
  t.teardown(() => void restarted.child.kill('SIGKILL'));
  t.match(restarted.serving, { config: 'live' });
});
