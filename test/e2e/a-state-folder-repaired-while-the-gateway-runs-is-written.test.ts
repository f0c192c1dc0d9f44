import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import type { TestGateway } from '../support/gateway.js';
import { type ListSite, startListSite, WITH_STATE } from '../support/list-site.js';
import { askAdmin, reloadByCommand, visit } from '../support/reloads.js';
import { makeStateFolder, type RestartedGateway, restart, STATE } from '../support/restarts.js';

const WENT_BACK = /went backwards: its number is 0x05, and 0x06 was loaded before/;

async function kill({ child, exited }: Pick<TestGateway, 'child' | 'exited'>): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}

async function again(t: Test, { gateway }: ListSite): Promise<RestartedGateway> {
  const restarted = await restart(gateway.folder, gateway.credentials);
  t.teardown(() => void restarted.child.kill('SIGKILL'));
  return restarted;
}

const FAULTS: Readonly<
  Record<string, { spoil(state: string): void; repair(state: string): void }>
> = {
  'that others could write': {
    spoil: (state) => chmodSync(state, 0o777),
    repair: (state) => chmodSync(state, 0o700),
  },
  'that could not be made': {
    spoil: (state) => {
      rmSync(state, { recursive: true });
      writeFileSync(state, 'a file in its place');
    },
    repair: (state) => {
      rmSync(state);
      makeStateFolder(join(state, '..'));
    },
  },
  'with list numbers that others could write': {
    spoil: (state) => {
      writeFileSync(join(state, 'list-numbers'), 'of somebody');
      chmodSync(join(state, 'list-numbers'), 0o666);
    },
    repair: (state) => rmSync(join(state, 'list-numbers')),
  },
};

for (const [fault, { spoil, repair }] of Object.entries(FAULTS)) {
  test(`a state folder ${fault} at the start keeps a revoked client out once it is repaired`, async (t) => {
    const site = await startListSite({
      args: WITH_STATE,
      begin: (lists, { names }) => {
        lists.write('ca.crl', 6n, names);
        spoil(join(lists.path, '..', STATE));
      },
    });
    const { gateway, lists, leaver } = site;
    t.teardown(() => void gateway.child.kill('SIGKILL'));
    await gateway.log.event('list-numbers-not-kept');
    repair(join(gateway.folder, STATE));
    t.match(await reloadByCommand(gateway), { status: 200 });
    await gateway.log.event('list-numbers-kept');
    const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
    t.match(body, { listNumbers: { failure: '', remembered: 1 } });
    await kill(gateway);
    lists.write('ca.crl', 5n);
    t.same(await visit(await again(t, site), { client: leaver }), ['44', '44']);
  });
}

test('a reload refuses a list that is older than what a start could not read', async (t) => {
  const site = await startListSite({
    args: WITH_STATE,
    begin: (lists, { names }) => lists.write('ca.crl', 6n, names),
  });
  const { gateway, lists, leaver, names } = site;
  await gateway.log.event('last-good-kept');
  await kill(gateway);
  const numbers = join(gateway.folder, STATE, 'list-numbers');
  chmodSync(numbers, 0o666);
  rmSync(join(gateway.folder, STATE, 'last-good')); // whose lists would stand in
  lists.write('ca.crl', 5n);
  const restarted = await again(t, site);
  await restarted.output.event('list-numbers-unusable');
  await restarted.output.event('admin-listening');
  t.same(
    await visit(restarted, { client: leaver }),
    [200, 200],
    'nobody knows better, and says so',
  );
  chmodSync(numbers, 0o600);
  const asked = { ...gateway, ...restarted, log: restarted.output };
  t.match(await reloadByCommand(asked), { status: 422, body: { reason: WENT_BACK } });
  const found = await restarted.output.event('list-numbers-found');
  t.match(found, { level: 'error', consequence: /put the newer list back/ });
  lists.write('ca.crl', 6n, names);
  t.match(await reloadByCommand(asked), { status: 200 });
  t.same(await visit(restarted, { client: leaver }), ['44', '44']);
});
