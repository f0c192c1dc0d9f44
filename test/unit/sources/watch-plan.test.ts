import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { planWatch, type WatchedFolder } from '../../../src/sources/watch-plan.js';

/** below keeps what is below the root, by relative path, and what counts there. */
function below(root: string, plan: ReadonlyMap<string, WatchedFolder>) {
  const within = [...plan].filter(([folder]) => folder === root || folder.startsWith(`${root}/`));
  return Object.fromEntries(
    within.map(([folder, { names, everyName }]) => [
      folder.slice(root.length + 1) || '.',
      everyName ? '*' : [...names].sort(),
    ]),
  );
}

const rootOf = (t: Test): string => realpathSync(t.testdir({}));

test('a file: its folder by its name, and every folder around that', async (t) => {
  const root = rootOf(t);
  mkdirSync(join(root, 'certs'));
  writeFileSync(join(root, 'certs', 'ca.crt'), '');
  const plan = await planWatch([join(root, 'certs', 'ca.crt'), join(root, 'certs', 'ca.crl')]);
  t.same(below(root, plan), { '.': ['certs'], certs: ['ca.crl', 'ca.crt'] });
  t.ok(plan.has('/'), 'a folder that is moved is seen by the one around it');
  t.equal(plan.get('/')?.isNeeded, false);
  t.equal(plan.get(join(root, 'certs'))?.isNeeded, true);
});

test('Kubernetes: the link in the volume, ..data, and what it leads to', async (t) => {
  const root = rootOf(t);
  mkdirSync(join(root, '..1'));
  writeFileSync(join(root, '..1', 'tls.crt'), '');
  symlinkSync('..1', join(root, '..data'));
  symlinkSync('..data/tls.crt', join(root, 'tls.crt'));
  t.same(below(root, await planWatch([join(root, 'tls.crt')])), {
    '.': ['..1', '..data', 'tls.crt'],
    '..1': ['tls.crt'],
  });
});

test('certbot: live and archive; a link through "..", and an absolute one', async (t) => {
  const root = rootOf(t);
  for (const folder of ['archive', 'live', 'etc']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'archive', 'cert1.pem'), '');
  symlinkSync('../archive/cert1.pem', join(root, 'live', 'cert.pem'));
  symlinkSync(join(root, 'live'), join(root, 'etc', 'tls'));
  t.same(below(root, await planWatch([join(root, 'etc', 'tls', 'cert.pem')])), {
    '.': ['archive', 'etc', 'live'],
    etc: ['tls'],
    live: ['cert.pem'],
    archive: ['cert1.pem'],
  });
});

test('a folder of lists: everything in it, and what the links in it lead to', async (t) => {
  const root = rootOf(t);
  for (const folder of ['lists', 'store']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'store', 'a.crl'), '');
  symlinkSync('../store/a.crl', join(root, 'lists', 'a.crl'));
  t.same(below(root, await planWatch([join(root, 'lists')])), {
    '.': ['lists', 'store'],
    lists: '*',
    store: ['a.crl'],
  });
});

test('what is missing is watched for where it would appear', async (t) => {
  const root = rootOf(t);
  t.same(below(root, await planWatch([join(root, 'not', 'there', 'yet')])), { '.': ['not'] });
});

test('links that lead in a circle end', async (t) => {
  const root = rootOf(t);
  symlinkSync('b', join(root, 'a'));
  symlinkSync('a', join(root, 'b'));
  t.same(below(root, await planWatch([join(root, 'a')])), { '.': ['a', 'b'] });
});
