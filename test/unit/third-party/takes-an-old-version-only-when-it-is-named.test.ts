import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { fetchTiny, pack, placesIn } from './tarballs.js';

const OLD = 'tiny 1.0 misses a security fix.';

function lockWithOld(dir: string) {
  const old = pack(dir, 'tiny_1.0.orig.tar.gz', 'int old;\n');
  const wanted = { version: '1.1', file: 'tiny_1.1.orig.tar.gz', sha256: 'ab'.repeat(32) };
  const item = { version: '1.0', file: old.file, sha256: old.sha256, optIn: OLD };
  return { tiny: { license: 'MIT', accepted: [wanted, item] } };
}

test('a version with a known fault is built only where it is named, and says so each time', async (t) => {
  const dir = t.testdir();
  const lock = lockWithOld(dir);
  const env = { PINLATCH_THIRD_PARTY_DIR: join(dir, 'tarballs') };

  await t.rejects(fetchTiny(lock, placesIn(dir, env)), {
    name: 'MissingError',
    message: `PINLATCH_ALLOW_VERSION=tiny-1.0 allows that one. ${OLD}`,
  });
  for (const other of ['1.0', 'tiny-1', 'tiny-1.0.0', '1', '*']) {
    const places = placesIn(dir, { ...env, PINLATCH_ALLOW_VERSION: other });
    await t.rejects(fetchTiny(lock, places), { name: 'MissingError' }, other);
  }

  const places = placesIn(dir, { ...env, PINLATCH_ALLOW_VERSION: 'other-2.0, tiny-1.0' });
  t.match(await fetchTiny(lock, places), [`!!! ${OLD}`, 'tiny 1.0: unpacked, 0 patch(es) applied']);
  t.same(await fetchTiny(lock, places), [`!!! ${OLD}`]);

  await t.rejects(
    fetchTiny(lock, placesIn(dir, env)),
    { name: 'MissingError' },
    'what was unpacked under the opt-in does not outlive it',
  );
});

test('mbedTLS before 3.6.7 is such a version, and nghttp2 before 1.70 is none at all', async (t) => {
  const lock = JSON.parse(readFileSync('native/third_party/lock.json', 'utf8'));
  const versions = (name: string, optIn: boolean) =>
    lock[name].accepted
      .filter((item: { optIn?: string }) => (item.optIn !== undefined) === optIn)
      .map((item: { version: string }) => item.version);
  t.same(versions('mbedtls', false), ['3.6.7']);
  t.same(versions('mbedtls', true), ['3.6.6']);
  t.same(versions('nghttp2', false), ['1.70.0']);
  t.same(versions('nghttp2', true), []);
});
