import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { fetchTiny, lockFor, packTiny, placesIn } from './tarballs.js';

test('a tarball that the lock does not name needs PINLATCH_ALLOW_UNLOCKED=1, and is loud', async (t) => {
  const dir = t.testdir();
  packTiny(dir);
  const lock = lockFor('cd'.repeat(32));
  const env = { PINLATCH_THIRD_PARTY_DIR: join(dir, 'tarballs') };

  await t.rejects(fetchTiny(lock, placesIn(dir, env)), { name: 'TamperedError' });

  const places = placesIn(dir, { ...env, PINLATCH_ALLOW_UNLOCKED: '1' });
  const said = await fetchTiny(lock, places);
  t.match(said[0], /^!!! PINLATCH_ALLOW_UNLOCKED=1: building tiny/);
  t.ok(existsSync(join(places.srcDir, 'tiny', 'tiny.c')));

  await t.rejects(
    fetchTiny(lock, placesIn(dir, env)),
    { name: 'TamperedError' },
    'an unlocked source does not outlive the opt-in',
  );
});
