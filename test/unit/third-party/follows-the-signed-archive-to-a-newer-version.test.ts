import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { archiveWith, fetchTiny, lockFor, pack, packTiny, placesIn } from './tarballs.js';

const online = (dir: string) => placesIn(dir, { PINLATCH_OFFLINE: '0' });

/** followingLock wants tiny 1.0.3, which is nowhere, and follows the series 1.0. */
function followingLock(sha256 = 'ab'.repeat(32)) {
  const item = {
    version: '1.0.3',
    file: 'tiny_1.0.3.orig.tar.gz',
    sha256,
    debian: { suite: 'sid', source: 'tiny' },
  };
  const follows = { series: '1.0', tests: ['base', 'tls'] };
  return { tiny: { license: 'MIT', follows, accepted: [item] } };
}

const stampIn = (places: { srcDir: string }) =>
  JSON.parse(readFileSync(join(places.srcDir, 'tiny', '.pinlatch-stamp.json'), 'utf8'));

test('when the archive has moved on, a newer version of the series is taken, loudly', async (t) => {
  const dir = t.testdir();
  const places = online(dir);
  const archive = archiveWith(pack(dir, 'tiny_1.0.10.orig.tar.gz', 'int newer;\n'));

  const said = await fetchTiny(followingLock(), places, archive);
  t.match(said[0], /^!!! tiny 1\.0\.10 is not in lock\.json, which wants 1\.0\.3\./);
  t.match(said.join('\n'), /ends only if these native tests pass: base, tls/);
  t.same(stampIn(places).tests, ['base', 'tls'], 'the build knows which tests have to pass');

  const again = await fetchTiny(followingLock(), places);
  t.equal(again[0], said[0], 'it stays, and stays loud, without asking the archive again');
});

test('no other series, no older version, no repacked and no unvouched tarball is taken', async (t) => {
  for (const file of [
    'tiny_1.1.0.orig.tar.gz',
    'tiny_2.0.4.orig.tar.gz',
    'tiny_1.0.3.orig.tar.gz',
    'tiny_1.0.2.orig.tar.gz',
    'tiny_1.0.4+ds.orig.tar.gz',
    'tiny_1.0.4~rc1.orig.tar.gz',
  ]) {
    const dir = t.testdir();
    const archive = archiveWith(pack(dir, file, 'int other;\n'));
    const error = { name: /MissingError|TamperedError/ };
    await t.rejects(fetchTiny(followingLock(), online(dir), archive), error, file);
  }

  const dir = t.testdir();
  const packed = pack(dir, 'tiny_1.0.4.orig.tar.gz', 'int tampered;\n');
  const archive = archiveWith(packed, 'cd'.repeat(32));
  await t.rejects(fetchTiny(followingLock(), online(dir), archive), { name: 'TamperedError' });
  t.notOk(existsSync(join(online(dir).srcDir, 'tiny')), 'nothing was unpacked');
});

test('a source that is not followed, and one that is locked and there, is never replaced', async (t) => {
  const dir = t.testdir();
  const newer = pack(dir, 'tiny_1.0.4.orig.tar.gz', 'int newer;\n');
  const { tiny } = followingLock();
  const unfollowed = { tiny: { license: 'MIT', accepted: tiny.accepted } };
  await t.rejects(fetchTiny(unfollowed, online(dir), archiveWith(newer)), { name: 'MissingError' });

  const locked = pack(dir, 'tiny_1.0.3.orig.tar.gz', 'int locked;\n');
  const both = archiveWith(newer);
  const archive = { ...both, download: async () => locked.path };
  await fetchTiny(followingLock(locked.sha256), online(dir), archive);
  t.equal(stampIn(online(dir)).version, '1.0.3');
  t.equal(stampIn(online(dir)).tests, undefined, 'a locked version waits for no test');
});

test('a newer version that a patch does not apply to is refused', async (t) => {
  const dir = t.testdir();
  const places = online(dir);
  const folder = join(places.patchesDir, 'tiny');
  mkdirSync(folder, { recursive: true });
  const patch = '--- a/tiny.c\n+++ b/tiny.c\n@@ -1 +1 @@\n-int tiny;\n+int patched;\n';
  writeFileSync(join(folder, '01-fix.patch'), patch);
  const archive = archiveWith(pack(dir, 'tiny_1.0.4.orig.tar.gz', 'int rewritten;\n'));

  await t.rejects(fetchTiny(followingLock(), places, archive), /01-fix\.patch does not apply/);
  t.notOk(existsSync(join(places.srcDir, 'tiny')));
});

test('offline the archive is not asked', async (t) => {
  const dir = t.testdir();
  const archive = archiveWith(pack(dir, 'tiny_1.0.4.orig.tar.gz', 'int newer;\n'));
  await t.rejects(fetchTiny(followingLock(), placesIn(dir), archive), { name: 'MissingError' });
});

test('what was followed gives way once lock.json names a version as new', async (t) => {
  const dir = t.testdir();
  const places = online(dir);
  await fetchTiny(
    followingLock(),
    places,
    archiveWith(pack(dir, 'tiny_1.0.4.orig.tar.gz', 'int newer;\n')),
  );
  packTiny(dir);
  const [item] = followingLock().tiny.accepted;
  const raised = { ...followingLock().tiny, accepted: [{ ...item, version: '1.0.4' }] };
  await t.rejects(fetchTiny({ tiny: raised }, places), { name: 'MissingError' });
  await t.rejects(fetchTiny(lockFor('ab'.repeat(32)), places), { name: 'MissingError' });
});
