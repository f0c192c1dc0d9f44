import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { exposureOf } from '../../../src/config/writers.js';
import { requireOwnFile, requireOwnFolder } from '../../../src/state/state-folder.js';
import { noAccessLists, setAccessList } from '../../support/access-lists.js';

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
  const nothing = join(folder, 'nothing');
  await t.rejects(requireOwnFolder(nothing), {
    code: 'state-missing',
    message: `the state folder "${nothing}" does not exist; as the gateway's user: mkdir -m 700 '${nothing}'`,
  });
  symlinkSync('nowhere', join(folder, 'link'));
  await t.rejects(requireOwnFolder(join(folder, 'link')), refused(/a dangling symbolic link/));
});

test('a file there is neither a link nor writable by others; none is fine', async (t) => {
  const folder = t.testdir({ file: '' });
  const file = join(folder, 'file');
  chmodSync(file, 0o600);
  await t.resolves(requireOwnFile(file));
  await t.resolves(requireOwnFile(join(folder, 'nothing')));
  chmodSync(file, 0o622);
  await t.rejects(requireOwnFile(file), refused(/may write it.*; chmod go-w '.*file'$/));
  symlinkSync('file', join(folder, 'link'));
  await t.rejects(requireOwnFile(join(folder, 'link')), refused(/a link/));
  mkdirSync(join(folder, 'folder'));
  await t.rejects(requireOwnFile(join(folder, 'folder')), refused(/it is a folder/));
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

test("the user's own private group may write the state folder and its files, as it may the configuration", async (t) => {
  const folder = t.testdir({ state: { file: '' } });
  const state = join(folder, 'state');
  chmodSync(state, 0o775);
  chmodSync(join(state, 'file'), 0o664);
  t.equal(await exposureOf(join(state, 'file')), undefined);
  await t.resolves(requireOwnFolder(state));
  await t.resolves(requireOwnFile(join(state, 'file')));
});

test(
  'a state folder and a file in it that a group of strangers may write are refused',
  asRoot,
  async (t) => {
    const folder = t.testdir({ state: { file: '' } });
    const state = join(folder, 'state');
    chmodSync(state, 0o700);
    chmodSync(join(state, 'file'), 0o660);
    chownSync(join(state, 'file'), 0, 4_000_000);
    await t.rejects(requireOwnFile(join(state, 'file')), refused(/group 4000000 may write it/));
    chmodSync(state, 0o770);
    chownSync(state, 0, 4_000_000);
    await t.rejects(requireOwnFolder(state), refused(/group 4000000/));
  },
);

test('a refusal names the state folder once', async (t) => {
  const state = join(t.testdir({ state: {} }), 'state');
  chmodSync(state, 0o777);
  const why = await requireOwnFolder(state).catch(({ message }) => message);
  t.equal(why.split(`"${state}"`).length, 2, why);
  t.equal(
    why,
    `"${state}" has mode 0777: everybody may put other files into it, and so decide who gets in; chmod go-w '${state}'`,
  );
});

test('a shared folder such as /tmp is not to be narrowed, but another one chosen', async (t) => {
  const state = join(t.testdir({ state: {} }), 'state');
  chmodSync(state, 0o1777);
  await t.rejects(
    requireOwnFolder(state),
    refused(/; choose a folder of the gateway's own instead of '/),
  );
});

test('a state folder and a file in it that an access control list lets others write are refused', {
  skip: noAccessLists(),
}, async (t) => {
  const state = join(t.testdir({ state: { file: '' } }), 'state');
  const file = join(state, 'file');
  chmodSync(state, 0o700);
  chmodSync(file, 0o600);
  setAccessList(state, 'u:4000000:rx');
  setAccessList(file, 'u:4000000:r');
  await t.resolves(requireOwnFolder(state), 'for reading it is as with modes');
  await t.resolves(requireOwnFile(file));
  setAccessList(file, 'u:4000000:rw');
  await t.rejects(requireOwnFile(file), refused(/list: user 4000000 may write it.*; chmod go-w/));
  setAccessList(state, 'u:4000000:rwx');
  await t.rejects(requireOwnFolder(state), refused(/user 4000000 may put.*; chmod go-w/));
  chmodSync(state, 0o700);
  await t.resolves(requireOwnFolder(state));
  setAccessList(state, 'd:u:4000000:rwx');
  await t.rejects(requireOwnFolder(state), refused(/a default .*list: user 4.*; setfacl -k/));
});
