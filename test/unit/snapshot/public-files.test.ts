import { type Test, test } from 'tap';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { publicFiles, relocate } from '../../../src/snapshot/public-files.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';

async function snapshotOf(t: Test) {
  const folder = makeConfigFolder(t.testdir({}));
  const config = JSON.parse(minimalConfig());
  config.trust.devices.crl = { files: ['certs/client-ca.crt'] };
  const compiled = await compileFile(folder.write('gateway.json', JSON.stringify(config)));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return { folder, snapshot: compiled.snapshot };
}

test('certificates and lists are public files, keys are not', async (t) => {
  const { folder, snapshot } = await snapshotOf(t);
  const found = publicFiles(snapshot).map(({ kind, path }) => [
    kind,
    path.slice(folder.path.length),
  ]);
  t.same(found.sort(), [
    ['certificates', '/certs/client-ca.crt'],
    ['certificates', '/certs/server.crt'],
    ['lists', '/certs/client-ca.crt'],
  ]);
});

test('relocate changes these paths and nothing else', async (t) => {
  const { folder, snapshot } = await snapshotOf(t);
  const moved = relocate(snapshot, ({ kind, path }) => `/copies/${kind}${path}`);
  t.equal(
    moved.listeners[0]?.certificates[0]?.chain.path,
    `/copies/certificates${folder.path}/certs/server.crt`,
  );
  t.equal(moved.trust[0]?.revocation?.files[0], `/copies/lists${folder.path}/certs/client-ca.crt`);
  const back = relocate(moved, ({ kind, path }) => path.slice(`/copies/${kind}`.length));
  t.equal(JSON.stringify(back), JSON.stringify(snapshot));
  t.equal(JSON.stringify(relocate(snapshot, () => undefined)), JSON.stringify(snapshot));
});
