import { mkdirSync, unlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { prepare } from '../../../src/reload/prepare.js';
import { FileSource } from '../../../src/sources/file-source.js';
import { createAuthority } from '../../support/certificates.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';
import { issueRevocationList } from '../../support/revocation-lists.js';

// A folder of lists, so that files come and go without a change of the configuration.
function setUp(t: Test) {
  const folder = makeConfigFolder(t.testdir());
  const list = issueRevocationList({ issuer: folder.clientAuthority });
  mkdirSync(join(folder.path, 'lists'));
  folder.write('lists/a.crl', list.pem);
  const crl = { files: ['lists'] };
  const trust = { devices: { ca: ['certs/client-ca.crt'], crl } };
  const text = minimalConfig({ trust });
  return { folder, text, file: folder.write('gateway.json', text), list };
}

test('files that are as they were have the fingerprint that they had', async (t) => {
  const { folder, file, text } = setUp(t);
  const prepared = await prepare(new FileSource(file));
  t.equal(prepared.state, 'prepared');
  t.equal(await prepared.again(), prepared.fingerprint);
  folder.write('gateway.json', `\uFEFF${text}`);
  folder.write('certs/client-ca.crt', folder.clientAuthority.pem);
  t.equal(await prepared.again(), prepared.fingerprint, 'the same, written once more');
  t.equal((await prepare(new FileSource(file))).fingerprint, prepared.fingerprint);
});

const CHANGES: Readonly<Record<string, (one: ReturnType<typeof setUp>) => void>> = {
  'the configuration': ({ folder, text }) => folder.write('gateway.json', `${text} `),
  'a CA certificate': ({ folder }) =>
    folder.write('certs/client-ca.crt', createAuthority('another').pem),
  'a server certificate': ({ folder }) =>
    folder.write('certs/server.crt', `${folder.server.pem}${folder.serverAuthority.pem}`),
  'a list that comes': ({ folder, list }) => folder.write('lists/b.crl', list.pem),
  'a list that goes': ({ folder }) => unlinkSync(join(folder.path, 'lists/a.crl')),
  'a key that is only touched': ({ folder }) =>
    utimesSync(join(folder.path, 'certs/server.key'), 1, 1),
  'a configuration that goes': ({ file }) => unlinkSync(file),
  'a certificate that goes': ({ folder }) => unlinkSync(join(folder.path, 'certs/server.crt')),
};

for (const [what, change] of Object.entries(CHANGES)) {
  test(`${what} makes another fingerprint`, async (t) => {
    const one = setUp(t);
    const prepared = await prepare(new FileSource(one.file));
    t.equal(prepared.state, 'prepared');
    change(one);
    t.not(await prepared.again(), prepared.fingerprint);
  });
}

test('what did not compile is compiled again, and may compile then', async (t) => {
  const { folder, file, text } = setUp(t);
  folder.write('gateway.json', text.replace('"billing"', '"biling"'));
  const prepared = await prepare(new FileSource(file));
  t.equal(prepared.state, 'undone');
  t.equal(await prepared.again(), prepared.fingerprint);
  unlinkSync(join(folder.path, 'certs/client-ca.crt'));
  t.not(await prepared.again(), prepared.fingerprint, 'more is wrong now');
});
