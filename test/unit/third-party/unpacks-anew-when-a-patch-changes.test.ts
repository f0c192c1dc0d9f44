import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { fetchTiny, packTiny, placesIn } from './tarballs.js';

const patchTo = (text: string) =>
  `Why: a test.\n--- a/tiny.c\n+++ b/tiny.c\n@@ -1 +1 @@\n-int tiny;\n+${text}\n`;

test('patches are applied, and a changed patch makes the source stale', async (t) => {
  const dir = t.testdir();
  const { lock } = packTiny(dir);
  const places = placesIn(dir, { PINLATCH_THIRD_PARTY_DIR: join(dir, 'tarballs') });
  const unpacked = () => readFileSync(join(places.srcDir, 'tiny', 'tiny.c'), 'utf8');
  const patch = join(places.patchesDir, 'tiny', '01-first.patch');
  mkdirSync(join(places.patchesDir, 'tiny'), { recursive: true });

  writeFileSync(patch, patchTo('int first;'));
  await fetchTiny(lock, places);
  t.equal(unpacked(), 'int first;\n');

  writeFileSync(patch, patchTo('int second;'));
  await fetchTiny(lock, places);
  t.equal(unpacked(), 'int second;\n');
});

test('a patch that does not apply leaves the old source in place', async (t) => {
  const dir = t.testdir();
  const { lock } = packTiny(dir);
  const places = placesIn(dir, { PINLATCH_THIRD_PARTY_DIR: join(dir, 'tarballs') });
  await fetchTiny(lock, places);
  mkdirSync(join(places.patchesDir, 'tiny'), { recursive: true });
  const patch = patchTo('int x;').replace('-int tiny;', '-int other;');
  writeFileSync(join(places.patchesDir, 'tiny', '01-bad.patch'), patch);

  await t.rejects(fetchTiny(lock, places), /01-bad\.patch does not apply/);
  t.equal(readFileSync(join(places.srcDir, 'tiny', 'tiny.c'), 'utf8'), 'int tiny;\n');
});
