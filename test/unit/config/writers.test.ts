import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { exposureOf } from '../../../src/config/writers.js';

const STRANGER = 4_000_000;

/** folderWith makes folder/inner/file, each writable by its owner alone. */
function folderWith(t: Test) {
  const folder = t.testdir();
  const inner = join(folder, 'inner');
  const file = join(inner, 'file');
  mkdirSync(inner);
  writeFileSync(file, '');
  for (const [path, mode] of [
    [folder, 0o755],
    [inner, 0o755],
    [file, 0o644],
  ] as const) {
    chmodSync(path, mode);
  }
  return { folder, inner, file };
}

test('what only its owner may write is fine, and so is what is not there', async (t) => {
  const { inner, file } = folderWith(t);
  t.equal(await exposureOf(file), undefined);
  t.equal(await exposureOf(join(inner, 'nothing')), undefined);
});

test('a file that everybody may write is told with its mode and what to do', async (t) => {
  const { file } = folderWith(t);
  chmodSync(file, 0o646);
  t.match(await exposureOf(file), {
    found: /file" has mode 0646: everybody may write it$/,
    fix: /^chmod go-w '.*file'$/,
  });
});

test('so is a folder on the way, in which the file could be replaced', async (t) => {
  const { inner, file } = folderWith(t);
  chmodSync(inner, 0o777);
  t.match(await exposureOf(file), { found: /inner" has mode 0777: everybody may put other files/ });
});

test('a folder with the sticky bit is fine on the way, and not at its end', async (t) => {
  const { inner, file } = folderWith(t);
  chmodSync(inner, 0o1777);
  t.equal(await exposureOf(file), undefined);
  t.match(await exposureOf(inner), { found: /mode 1777/ });
});

test('the way through a link is looked at on both sides', async (t) => {
  const { folder, inner, file } = folderWith(t);
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere, { mode: 0o755 });
  const link = join(elsewhere, 'link');
  symlinkSync('../inner/file', link);
  t.equal(await exposureOf(link), undefined);
  chmodSync(file, 0o666);
  t.match(await exposureOf(link), { found: /file" has mode 0666/ }, 'where it leads');
  chmodSync(file, 0o644);
  chmodSync(elsewhere, 0o757);
  t.match(await exposureOf(link), { found: /elsewhere" has mode 0757/ }, 'where it stands');
  t.equal(await exposureOf(file), undefined);
  t.ok(inner);
});

const asRoot = { skip: process.getuid?.() === 0 ? false : 'only root can give files away' };

test('a group of strangers is as bad as everybody; the own group is none', asRoot, async (t) => {
  const { file } = folderWith(t);
  chmodSync(file, 0o664);
  t.equal(await exposureOf(file), undefined);
  chownSync(file, 0, STRANGER);
  t.match(await exposureOf(file), { found: /mode 0664: group 4000000 may write it/ });
});

test("a stranger's file or link in a shared folder is planted", asRoot, async (t) => {
  const { inner, file } = folderWith(t);
  chmodSync(inner, 0o1777);
  chownSync(file, STRANGER, 0);
  t.match(await exposureOf(file), {
    found: /belongs to user 4000000, in a folder where everybody/,
  });
  chownSync(file, 0, 0);
  const link = join(inner, 'link');
  symlinkSync('file', link);
  t.equal(await exposureOf(link), undefined);
  lchownSync(link, STRANGER, 0);
  t.match(await exposureOf(link), { found: /link" belongs to user 4000000/ });
});

test('a folder of its own is narrowed by a command; a shared one is not to be touched', async (t) => {
  const { inner, file } = folderWith(t);
  chmodSync(inner, 0o777);
  t.match(await exposureOf(inner), { place: inner, fix: /^chmod go-w '.*inner'$/ });
  chmodSync(inner, 0o1777);
  const shared = await exposureOf(inner);
  t.match(shared, { fix: /^choose a folder of the gateway's own instead of '.*inner'/ });
  t.notMatch(shared, { fix: /chmod/ }, 'others put their files there on purpose');
  t.equal(await exposureOf(file), undefined);
});

test('nobody is told to take a folder of the system from others', async (t) => {
  const [tmp] = ['/tmp', '/var/tmp'].filter((path) => existsSync(path));
  t.match(await exposureOf(tmp ?? ''), {
    fix: /^choose a folder of the gateway's own instead of '/,
  });
});

test('a folder on the way that is not its own is passed by, not changed', asRoot, async (t) => {
  const { inner, file } = folderWith(t);
  chmodSync(inner, 0o775);
  chownSync(inner, 0, STRANGER);
  const found = await exposureOf(file);
  t.match(found, {
    place: inner,
    found: /group 4000000 may put/,
    fix: /^move '.*file' to a folder/,
  });
  t.notMatch(found, { fix: /chmod/ });
});

test("a stranger's file that others may write is for its owner to change", asRoot, async (t) => {
  const { file } = folderWith(t);
  chmodSync(file, 0o646);
  chownSync(file, STRANGER, 0);
  t.match(await exposureOf(file), { fix: /^as user 4000000: chmod go-w '.*file'$/ });
});

test(
  'whoever owns a file or a folder on the way may change it, whatever its mode',
  asRoot,
  async (t) => {
    const { folder, inner, file } = folderWith(t);
    chmodSync(file, 0o444);
    chownSync(file, STRANGER, 0);
    t.match(await exposureOf(file), { found: /file" belongs to user 4000000, who may change it$/ });
    chownSync(file, 0, 0);
    chownSync(folder, STRANGER, 0);
    const found = /belongs to user 4000000, who may put other files into it$/;
    t.match(await exposureOf(file), { place: folder, found });
    chownSync(folder, 0, 0);
    const link = join(inner, 'link');
    symlinkSync('file', link);
    lchownSync(link, STRANGER, 0);
    t.equal(await exposureOf(link), undefined, 'a link in a folder of ours stays what it is');
  },
);
