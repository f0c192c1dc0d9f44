import { test } from 'tap';

import { fetchTiny, lockFor, placesIn } from './tarballs.js';

test('a missing tarball is explained: which file, which sum, where to put it', async (t) => {
  const places = placesIn(t.testdir());
  const sha256 = 'ab'.repeat(32);

  const error = await fetchTiny(lockFor(sha256), places).catch((caught: Error) => caught);
  t.type(error, Error);
  const { name, message } = error as Error;
  t.equal(name, 'MissingError');
  for (const part of [
    'tiny_1.0.orig.tar.gz',
    sha256,
    places.cacheDir,
    'PINLATCH_THIRD_PARTY_DIR',
  ]) {
    t.ok(message.includes(part), `names ${part}`);
  }
});
