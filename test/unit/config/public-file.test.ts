import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { loadMaterial } from '../../../src/config/material.js';
import { parseConfig } from '../../../src/config/parse.js';
import { readPublic, secretsAmong } from '../../../src/config/public-file.js';
import { readContents } from '../../../src/state/file-contents.js';

const MOST = 100;

test('no path leads to what a secret file holds', async (t) => {
  const folder = t.testdir({ 'a.key': 'secret', 'a.txt': 'public' });
  const secret = join(folder, 'a.key');
  linkSync(secret, join(folder, 'hard'));
  symlinkSync('a.key', join(folder, 'soft'));
  const secrets = await secretsAmong([secret, join(folder, 'absent')]);
  for (const name of ['a.key', 'hard', 'soft']) {
    await t.rejects(readPublic(join(folder, name), secrets, MOST), { code: 'SECRET' }, name);
  }
  t.equal(String(await readPublic(join(folder, 'a.txt'), secrets, MOST)), 'public');
});

test('what is no regular file, or larger than it may be, is not read', async (t) => {
  const folder = t.testdir({ large: 'x'.repeat(MOST + 1) });
  const none = await secretsAmong([]);
  await t.rejects(readPublic(folder, none, MOST), { code: 'EISDIR' });
  await t.rejects(readPublic('/dev/null', none, MOST), { code: 'NOT_REGULAR' });
  await t.rejects(readPublic(join(folder, 'large'), none, MOST), { code: 'TOO_LARGE' });
  await t.rejects(readPublic(join(folder, 'absent'), none, MOST), { code: 'ENOENT' });
});

test('a folder of lists is not read when a secret file is in it, or a private key', async (t) => {
  const folder = t.testdir({ 'a.key': 'secret' });
  const [secret, lists] = [join(folder, 'a.key'), join(folder, 'lists')];
  mkdirSync(lists);
  linkSync(secret, join(lists, 'a.crl'));
  const named = { publics: [{ path: lists, kind: 'lists' } as const], secrets: [secret] };
  const inPlace = ({ path }: { path: string }) => path;
  await t.rejects(readContents(named, inPlace), { code: 'SECRET', path: join(lists, 'a.crl') });
  writeFileSync(join(lists, '0.crl'), `-----BEGIN EC ${'PRIVATE'} KEY-----`);
  await t.rejects(readContents(named, inPlace), { code: 'HOLDS_KEY', path: join(lists, '0.crl') });
});

test('a key that is named for a certificate or a list is told of as a secret', async (t) => {
  const folder = t.testdir({ 'a.key': 'secret', 'gateway.json': '' });
  const text = JSON.stringify({
    trust: { x: { ca: ['a.key'], crl: { files: ['a.key'] } } },
    clients: {},
    listeners: {
      edge: { bind: '127.0.0.1:0', certificates: [{ cert: 'a.key', key: 'a.key' }], trust: 'x' },
    },
    routes: [],
  });
  const parsed = parseConfig(text, join(folder, 'gateway.json'));
  const parts = parsed.ok ? parsed.config : parsed.sound;
  const { certificates, lists, secrets } = await loadMaterial(parts, ({ path }) => path);
  const path = join(folder, 'a.key');
  const refused = { ok: false, problem: { found: /a secret file of this configuration/ } };
  t.match(certificates.get(path), refused);
  t.match(lists.get(path), refused);
  t.same(secrets.get(path), { ok: true, value: undefined });
});
