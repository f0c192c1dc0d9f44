import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { fetchTiny, packTiny, placesIn } from './tarballs.js';

test('a tarball with other bytes than the locked ones is refused, named and left', async (t) => {
  const dir = t.testdir();
  const { path, lock } = packTiny(dir);
  appendFileSync(path, 'x');
  const places = placesIn(dir, { PINLATCH_THIRD_PARTY_DIR: join(dir, 'tarballs') });

  await t.rejects(fetchTiny(lock, places), { name: 'TamperedError', message: path });
  t.ok(existsSync(path), 'the tarball is still there to be looked at');
  t.notOk(existsSync(join(places.srcDir, 'tiny')), 'nothing was unpacked');
});
