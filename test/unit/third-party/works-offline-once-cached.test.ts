import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'tap';

import { fetchTiny, packTiny, placesIn } from './tarballs.js';

test('a cached tarball is unpacked without the network, and only once', async (t) => {
  const dir = t.testdir();
  const { path, lock } = packTiny(dir);
  const places = placesIn(dir);
  mkdirSync(places.cacheDir, { recursive: true });
  copyFileSync(path, join(places.cacheDir, basename(path)));

  t.match(await fetchTiny(lock, places), ['tiny 1.0: unpacked, 0 patch(es) applied']);
  t.equal(readFileSync(join(places.srcDir, 'tiny', 'tiny.c'), 'utf8'), 'int tiny;\n');
  t.same(await fetchTiny(lock, places), [], 'the second run does nothing');
});
