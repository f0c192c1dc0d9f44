import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { fetchTiny, pack, placesIn, sha256Of } from './tarballs.js';

function lockWithFiles(packed: { file: string; sha256: string }, code: string) {
  const accepted = [{ version: '1.0', file: packed.file, sha256: packed.sha256 }];
  return { tiny: { license: 'MIT', files: { '1.0': { 'tiny.c': sha256Of(code) } }, accepted } };
}

test('archives of one version may differ, the code in them may not', async (t) => {
  const dir = t.testdir();
  const places = placesIn(dir, { PINLATCH_THIRD_PARTY_DIR: join(dir, 'tarballs') });
  const repacked = pack(dir, 'tiny_1.0+ds.orig.tar.gz', 'int tiny;\n');
  await fetchTiny(lockWithFiles(repacked, 'int tiny;\n'), places);
  t.ok(existsSync(join(places.srcDir, 'tiny', 'tiny.c')));

  const other = pack(dir, 'tiny-1.0.tar.gz', 'int changed;\n');
  await t.rejects(
    fetchTiny(lockWithFiles(other, 'int tiny;\n'), places),
    /tiny\.c in .*tiny-1\.0\.tar\.gz is not what lock\.json names/,
  );
  t.equal(readFileSync(join(places.srcDir, 'tiny', 'tiny.c'), 'utf8'), 'int tiny;\n');
});

test('every source can be had without Debian', async (t) => {
  const lock = JSON.parse(readFileSync('native/third_party/lock.json', 'utf8'));
  for (const [name, { accepted }] of Object.entries<{ accepted: Item[] }>(lock)) {
    const [wanted] = accepted;
    const same = accepted.filter(({ version }) => version === wanted?.version);
    t.ok(
      same.some(({ upstream }) => upstream !== undefined),
      `${name} has a release URL of upstream`,
    );
  }
});

interface Item {
  version: string;
  upstream?: string;
}
