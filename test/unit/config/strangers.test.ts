import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { strangersAt } from '../../../src/config/strangers.js';
import { exposureOf } from '../../../src/config/writers.js';
import { noAccessLists, setAccessList } from '../../support/access-lists.js';

const lists = { skip: noAccessLists() };
const ME = process.geteuid?.() ?? 0;
const MINE = process.getegid?.() ?? 0;

/** folderWith makes folder/inner/file, each writable by its owner alone. */
function folderWith(t: Test) {
  const folder = t.testdir();
  const inner = join(folder, 'inner');
  const file = join(inner, 'file');
  mkdirSync(inner);
  writeFileSync(file, '');
  for (const path of [folder, inner]) chmodSync(path, 0o700);
  chmodSync(file, 0o600);
  return { folder, inner, file };
}

/** obey runs the command of a fix. */
function obey(fix = ''): void {
  const { status } = spawnSync('sh', ['-c', fix]);
  if (status !== 0) throw new Error(`${fix}: ${status}`);
}

test(
  'a file that an access control list lets others write is told, and the command ends it',
  lists,
  async (t) => {
    const { file } = folderWith(t);
    setAccessList(file, 'u:4000000:rw');
    const found = await exposureOf(file);
    t.match(found, {
      found: /file" has mode 0660 and an access control list: user 4000000 may write it$/,
      fix: /^chmod go-w '.*file'$/,
    });
    obey(found?.fix);
    t.equal(await exposureOf(file), undefined);
  },
);

test('so is a folder on the way, also one that a link leads through', lists, async (t) => {
  const { folder, inner, file } = folderWith(t);
  symlinkSync('inner', join(folder, 'link'));
  setAccessList(inner, 'g:4000000:rwx');
  const found = /inner" has mode 0770 and .*: group 4000000 may put other files into it$/;
  t.match(await exposureOf(file), { place: inner, found });
  t.match(await exposureOf(join(folder, 'link', 'file')), { place: inner, found });
});

test('whoever may write is named, the first of many', lists, async (t) => {
  const { file } = folderWith(t);
  setAccessList(file, 'u:4000001:rw', 'g:4000002:rw', 'u:4000003:r');
  t.match(await exposureOf(file), { found: /: user 4000001 and group 4000002 may write it$/ });
  setAccessList(file, 'u:4000004:w', 'u:4000005:w', 'u:4000006:w', 'u:4000007:w');
  t.match(await exposureOf(file), {
    found: /: user 4000001, user 4000004, user 4000005, user 4000006 and 2 more may write it$/,
  });
  setAccessList(file, 'o::rw');
  t.match(await exposureOf(file), { found: /mode 0666 and .*: everybody may write it$/ });
});

test(
  'entries of root, of the own user and group, for reading, and such as the mask cuts are fine',
  lists,
  async (t) => {
    const { inner, file } = folderWith(t);
    setAccessList(file, 'u:0:rw', `u:${ME}:rw`, 'g:0:rw', `g:${MINE}:rw`, 'u:4000000:r');
    t.equal(await exposureOf(file), undefined);
    setAccessList(inner, 'u:4000000:rwx', 'm::rx');
    t.equal(await exposureOf(inner), undefined);
    setAccessList(inner, 'm::rwx');
    t.match(await exposureOf(inner), { found: /user 4000000/ });
  },
);

const asRoot = { skip: ME === 0 ? noAccessLists() : 'only root can give files away' };

test('the mask is not taken for what the owning group may do', asRoot, async (t) => {
  const { file } = folderWith(t);
  chownSync(file, 0, 4_000_000);
  setAccessList(file, 'u:0:rw', 'g::r');
  t.equal((lstatSync(file).mode & 0o777).toString(8), '660');
  t.equal(await exposureOf(file), undefined);
  setAccessList(file, 'g::rw');
  t.match(await exposureOf(file), { found: /: group 4000000 may write it$/ });
});

test(
  'a default list that lets others write what is made in a folder is told of where the folder is the end',
  lists,
  async (t) => {
    const { inner, file } = folderWith(t);
    setAccessList(inner, 'd:u:4000000:rwx');
    t.equal(await exposureOf(file), undefined, 'each file is looked at itself');
    const found = await exposureOf(inner);
    t.match(found, {
      found:
        /inner" has a default access control list: user 4000000 may write the files that are made in it$/,
      fix: /^setfacl -k '.*inner'$/,
    });
    obey(found?.fix);
    t.equal(await exposureOf(inner), undefined);
    setAccessList(inner, 'd:u:4000000:rx');
    t.equal(await exposureOf(inner), undefined);
  },
);

test('a list that cannot be read is not taken for none', async (t) => {
  const { file } = folderWith(t);
  chmodSync(file, 0o660);
  const nowhere = join(file, 'below');
  t.match(strangersAt(nowhere, lstatSync(file)), {
    who: 'possibly other users',
    by: /^mode 0660 and an access control list \(the access control list cannot be read: Not a directory\)$/,
  });
});
