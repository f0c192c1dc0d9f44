import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { requireOwnFile, requireOwnFolder } from '../../../src/control/state-folder.js';

const refused = (message: RegExp) => ({ code: 'state-unusable', message });

test('a folder of its own is used, also through a link (as systemd makes them)', async (t) => {
  const folder = t.testdir({ private: {} });
  const state = join(folder, 'private');
  chmodSync(state, 0o700);
  symlinkSync('private', join(folder, 'link'));
  await t.resolves(requireOwnFolder(state));
  await t.resolves(requireOwnFolder(join(folder, 'link')));
});

test('a folder that others may write, or lead the way to, is refused with what to do', async (t) => {
  const folder = t.testdir({ outer: { state: {} } });
  const [outer, state] = [join(folder, 'outer'), join(folder, 'outer', 'state')];
  chmodSync(state, 0o777);
  await t.rejects(requireOwnFolder(state), refused(/mode 0777: everybody.*chmod go-w/));
  chmodSync(state, 0o1777);
  await t.rejects(requireOwnFolder(state), refused(/mode 1777/), 'also with the sticky bit');
  chmodSync(state, 0o700);
  chmodSync(outer, 0o777);
  await t.rejects(requireOwnFolder(state), refused(/outer/));
});

test('what is no folder, or is missing, is refused', async (t) => {
  const folder = t.testdir({ file: '' });
  await t.rejects(requireOwnFolder(join(folder, 'file')), refused(/not a folder/));
  await t.rejects(requireOwnFolder(join(folder, 'nothing')), refused(/no such file/));
});

test('a file there is neither a link nor writable by others; none is fine', async (t) => {
  const folder = t.testdir({ file: '' });
  const file = join(folder, 'file');
  chmodSync(file, 0o600);
  await t.resolves(requireOwnFile(file));
  await t.resolves(requireOwnFile(join(folder, 'nothing')));
  chmodSync(file, 0o620);
  await t.rejects(requireOwnFile(file), refused(/may write it/));
  symlinkSync('file', join(folder, 'link'));
  await t.rejects(requireOwnFile(join(folder, 'link')), refused(/a link/));
  mkdirSync(join(folder, 'folder'));
  await t.rejects(requireOwnFile(join(folder, 'folder')), refused(/no regular file/));
});

const asRoot = { skip: process.getuid?.() === 0 ? false : 'only root can give files away' };

test('what belongs to a stranger is refused', asRoot, async (t) => {
  const folder = t.testdir({ state: { file: '' } });
  const state = join(folder, 'state');
  writeFileSync(join(state, 'file'), '', { mode: 0o600 });
  chownSync(join(state, 'file'), 4_000_000, 0);
  await t.rejects(requireOwnFile(join(state, 'file')), refused(/belongs to user 4000000/));
  lchownSync(state, 4_000_000, 0);
  await t.rejects(requireOwnFolder(state), refused(/belongs to user 4000000/));
});
