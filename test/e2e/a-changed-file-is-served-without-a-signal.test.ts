import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
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
      changes:
        /^trust bundle "clients" changed: CA certificate added: "CN=[^"]*" \(sha256 [0-9a-f]{64}\)$/,
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

test('a list that is put into a folder of lists counts, and so does a link that is put there', async (t) => {
  const credentials = makeCredentials();
  const { authority, client } = credentials;
  const lists = (folder: string): string => join(folder, 'lists');
  const gateway = await startGateway({
    credentials,
    config: (_, folder) => {
      mkdirSync(lists(folder));
      writeFileSync(join(lists(folder), '1.crl'), issueRevocationList({ issuer: authority }).pem);
      const trust = { clients: { ca: ['ca.crt'], crl: { files: ['lists'] } } };
      return { ...usualConfig(credentials), trust };
    },
  });
  t.teardown(() => gateway.stop());
  t.same(await visit(gateway), [200, 200]);
  const revoking = issueRevocationList({
    issuer: authority,
    number: 2n,
    revoked: [{ serial: client.serial }],
  }).pem;
  const put = (): void => {
    writeFileSync(join(lists(gateway.folder), '.2.crl'), revoking.slice(0, 100)); // an upload
    writeFileSync(join(lists(gateway.folder), '.2.crl'), revoking);
    renameSync(join(lists(gateway.folder), '.2.crl'), join(lists(gateway.folder), '2.crl'));
  };
  t.match(await outcomeOf(gateway, put), {
    event: 'reloaded',
    changes: /revocation list replaced: .*lists$/,
  });
  t.same(await visit(gateway), ['44', '44']);

  const elsewhere = join(gateway.folder, 'elsewhere.crl');
  const link = (): void => {
    writeFileSync(elsewhere, issueRevocationList({ issuer: authority, number: 3n }).pem);
    symlinkSync(elsewhere, join(lists(gateway.folder), '3.crl'));
  };
  t.match(await outcomeOf(gateway, link), { event: 'reloaded' });
  t.same(await visit(gateway), [200, 200]);
  const number4 = issueRevocationList({
    issuer: authority,
    number: 4n,
    revoked: [{ serial: client.serial }],
  }).pem;
  t.match(await outcomeOf(gateway, () => writeFileSync(elsewhere, number4)), {
    event: 'reloaded',
  });
  t.same(await visit(gateway), ['44', '44']);
});
