import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, issueClient, issueServer } from '../support/certificates.js';
import { makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { outcomeOf, outcomes, visit } from '../support/reloads.js';
import { issueRevocationList } from '../support/revocation-lists.js';

type Write = (file: string, text: string) => void;

const inPlace: Write = (file, text) => writeFileSync(file, text, { mode: 0o600 });
const byRename: Write = (file, text) => {
  inPlace(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};

for (const [how, write] of Object.entries({ 'in place': inPlace, 'by rename': byRename })) {
  test(`what is written ${how} is served: configuration, CA, list, certificate`, async (t) => {
    const credentials = makeCredentials();
    const { authority, client } = credentials;
    const list = (number: bigint, ...revoked: bigint[]): string =>
      issueRevocationList({
        issuer: authority,
        number,
        revoked: revoked.map((serial) => ({ serial })),
      }).pem;
    const second = issueClient(authority, 'second');
    const config = (...pinned: readonly (typeof client)[]) => ({
      ...usualConfig(credentials),
      trust: { clients: { ca: ['ca.crt'], crl: { files: ['ca.crl'] } } },
      clients: { client: { pins: pinned.map(({ sha256 }) => `sha256:${sha256}`) } },
    });
    const gateway = await startGateway({
      credentials,
      config: (_, folder) => {
        writeFileSync(join(folder, 'ca.crl'), list(1n));
        return config(client);
      },
    });
    t.teardown(() => gateway.stop());
    const change = (file: string, text: string) =>
      outcomeOf(gateway, () => write(join(gateway.folder, file), text));

    t.same(await visit(gateway, { client: second }), [403, 403]);
    t.match(await change('gateway.json', JSON.stringify(config(client, second))), {
      event: 'reloaded',
      trigger: 'change',
      generation: 2,
      changes: /^client "client" changed: pin added: sha256 [0-9a-f]{64}$/,
    });
    t.same(await visit(gateway, { client: second }), [200, 200]);

    t.match(await change('ca.crl', list(2n, second.serial)), {
      event: 'reloaded',
      changes: /^trust bundle "clients" changed: revocation list replaced: .*ca\.crl$/,
    });
    t.same(await visit(gateway, { client: second }), ['44', '44']);
    t.same(await visit(gateway), [200, 200]);

    const other = createAuthority('other CA');
    t.match(await change('ca.crt', authority.pem + other.pem), {
      event: 'reloaded',
      changes: /^trust bundle "clients" changed: CA certificate added: [0-9a-f]{64}$/,
    });

    // The same key, so that the certificate alone is another.
    const renewed = issueServer(authority, 'localhost', [{ dns: 'localhost' }], {
      key: credentials.server.key,
    });
    t.match(await change('server.crt', renewed.pem), {
      event: 'reloaded',
      changes: /^listener "edge" changed: certificate added: .*; certificate removed: /,
    });
    t.same(await visit(gateway), [200, 200]);
    t.equal(outcomes(gateway).length, 4, 'each change was one reload');
  });
}

test('a signal and the change that it was sent for are one reload', async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const other = issueClient(gateway.credentials.authority, 'other');
  t.match(
    await outcomeOf(gateway, () => {
      gateway.writeConfig(usualConfig({ ...gateway.credentials, client: other }));
      gateway.signal('SIGHUP');
    }),
    { event: 'reloaded', trigger: 'signal' },
  );
  // What the watcher makes of the first change is over when it has seen a second one.
  t.match(await outcomeOf(gateway, () => gateway.writeConfig(usualConfig(gateway.credentials))), {
    event: 'reloaded',
    trigger: 'change',
    generation: 3,
  });
});

test('"watch": false waits for a signal', async (t) => {
  const gateway = await startGateway({
    config: (credentials) => ({ ...usualConfig(credentials), watch: false }),
  });
  t.teardown(() => gateway.stop());
  const other = issueClient(gateway.credentials.authority, 'other');
  const changed = (watch: boolean) => ({
    ...usualConfig({ ...gateway.credentials, client: other }),
    watch,
  });
  t.match(
    await outcomeOf(gateway, () => {
      gateway.writeConfig(changed(false));
      // Long after a watcher would have acted; whatever comes first is the outcome.
      setTimeout(() => gateway.signal('SIGHUP'), 1500);
    }),
    { event: 'reloaded', trigger: 'signal' },
  );
  t.match(
    await outcomeOf(gateway, () => {
      gateway.writeConfig(changed(true));
      gateway.signal('SIGHUP');
    }),
    { event: 'reloaded', changes: /^watch changed: false → true$/ },
  );
  t.match(await outcomeOf(gateway, () => gateway.writeConfig(usualConfig(gateway.credentials))), {
    event: 'reloaded',
    trigger: 'change',
  });
});
