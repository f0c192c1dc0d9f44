import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createGateway, type NativeGateway } from '../../src/engine/native.js';
import { pinNotices } from '../../src/pins/pin-use.js';
import { compileFile } from '../../src/snapshot/compile-file.js';
import { issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import {
  type Config,
  makeCredentials,
  makeFolder,
  usualConfig,
  writeCredentials,
} from '../support/gateway.js';
import { VERSIONS } from '../support/mtls-matrix.js';

/** apply compiles a configuration in a folder and makes a gateway serve it. */
async function apply(gateway: NativeGateway, folder: string, config: Config): Promise<void> {
  const file = join(folder, 'gateway.json');
  writeFileSync(file, JSON.stringify(config));
  const compiled = await compileFile(file);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const issues = gateway.apply(compiled.document);
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
}

for (const version of VERSIONS) {
  test(`on ${version}, a pin knows when it was last used, also after a reload that moves it`, async (t) => {
    const credentials = makeCredentials();
    const { authority, client } = credentials;
    const other = issueClient(authority, 'other');
    const folder = makeFolder();
    writeCredentials(folder, credentials);
    const usual = { ...usualConfig(credentials), workers: 2 };
    const gateway = createGateway();
    t.teardown(() => gateway.close());
    t.same(gateway.pinUse(), [], 'nothing is known of nothing');
    const pins = [other.sha256, { sha256: client.sha256, label: 'mine' }];
    await apply(gateway, folder, { ...usual, clients: { client: { pins } } });
    const [listening] = gateway.start();
    const began = Math.floor(Date.now() / 1000);
    const uses = () => gateway.pinUse().map(({ value, lastUsed }) => [value, lastUsed]);
    t.same(uses(), [
      [other.sha256, null],
      [client.sha256, null],
    ]);

    const hello = (holder = client) =>
      call({ port: listening?.port ?? 0, authority, client: holder, version, path: '/hello' });
    t.equal((await hello()).status, 200);
    const [first, second] = gateway.pinUse();
    t.match(first, {
      client: 'client',
      kind: 'sha256',
      label: '',
      notBefore: null,
      expires: null,
      lastUsed: null,
    });
    t.match(second, { client: 'client', label: 'mine', lastUsed: Number });
    const used = second?.lastUsed ?? 0;
    t.ok(used >= began && used <= Date.now() / 1000, 'in Unix seconds');
    t.match(pinNotices(gateway.pinUse(), used), [{ code: 'pin-never-used', client: 'client' }]);

    // The pin is another number now, and a new one stands in its place.
    const more = {
      another: { pins: ['33'.repeat(32)] },
      client: { pins: [client.sha256, '22'.repeat(32)] },
    };
    await apply(gateway, folder, { ...usual, clients: more });
    t.same(uses(), [
      ['33'.repeat(32), null],
      [client.sha256, used],
      ['22'.repeat(32), null],
    ]);
    // The same pin of a client by another name is another pin.
    const renamed = {
      ...usual,
      clients: { client: { pins: ['33'.repeat(32)] }, renamed: { pins: [client.sha256] } },
    };
    await apply(gateway, folder, renamed);
    t.same(uses(), [
      ['33'.repeat(32), null],
      [client.sha256, null],
    ]);
    t.equal((await hello()).status, 403);
    t.same(
      uses(),
      [
        ['33'.repeat(32), null],
        [client.sha256, null],
      ],
      'a refusal is no use',
    );
    gateway.close();
    t.equal(gateway.pinUse().length, 2, 'and the last word is kept');
  });
}
