import { test } from 'tap';
import { parseConfig } from '../../../src/config/parse.js';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';

const withKeys = (keys: object): string =>
  JSON.stringify({ ...JSON.parse(minimalConfig()), ...keys });

function operationOf(keys: object) {
  const parsed = parseConfig(withKeys(keys), '/etc/pinlatch/gateway.json');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.config.operation;
}

test('files are watched unless told otherwise; the admin socket is relative to the file', async (t) => {
  t.same(operationOf({}), { watch: true, adminSocket: null });
  t.same(operationOf({ watch: false, admin: {} }), { watch: false, adminSocket: null });
  t.same(operationOf({ admin: { socket: 'run/a.sock' } }), {
    watch: true,
    adminSocket: '/etc/pinlatch/run/a.sock',
  });
});

test('what it cannot be is named', async (t) => {
  for (const keys of [{ watch: 'no' }, { admin: '/run/a.sock' }, { admin: { socket: '' } }]) {
    const parsed = parseConfig(withKeys(keys), '/etc/gateway.json');
    t.notOk(parsed.ok, JSON.stringify(keys));
  }
});

test('a socket path that the kernel would cut is refused, with its folder', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const socket = `/${'a'.repeat(107)}`;
  const compiled = await compileFile(folder.write('gateway.json', withKeys({ admin: { socket } })));
  t.match(compiled, { ok: false, issues: [{ at: '/admin/socket', found: /108 bytes/ }] });
});

test('none of it is in the snapshot', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const plain = await compileFile(folder.write('a.json', withKeys({})));
  const keys = { watch: false, admin: { socket: 'a.sock' } };
  const other = await compileFile(folder.write('b.json', withKeys(keys)));
  if (!plain.ok || !other.ok) throw new Error('both compile');
  t.equal(other.document, plain.document);
});
