import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { readBounds, vectorsAt } from '../../support/vectors.js';

const textOf = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('vectors that are missing are skipped, and are an error where they are required', async (t) => {
  const folder = t.testdir({ 'here.jsonl': '{}\n' });
  const required = { PINLATCH_REQUIRE_VECTORS: '1' };
  for (const environment of [{}, required]) {
    t.equal(vectorsAt('here.jsonl', folder, environment), `${folder}/here.jsonl`);
  }
  t.equal(vectorsAt('gone.jsonl', folder, {}), undefined);
  t.throws(() => vectorsAt('gone.jsonl', folder, required), /gone\.jsonl is missing/);
});

test('.ci/run requires the vectors', async (t) => {
  t.match(textOf('.ci/run'), /^export PINLATCH_REQUIRE_VECTORS=1$/m);
});

test('the design claims of each file of vectors what the tests hold it to', async (t) => {
  const text = textOf('docs/design/trust.md');
  for (const { file, cases, least, mayAccept } of readBounds()) {
    const name = file.replace('.jsonl', '');
    const claim = mayAccept
      ? new RegExp(`^${name}, .*: ${least} of ${cases},`, 'm')
      : new RegExp(`^\\| ${name} \\| ${least} of ${cases} \\|`, 'm');
    t.match(text, claim, name);
  }
  const claimed = [...text.matchAll(/^\| \S+ \| \d+ of \d+ \|/gm)];
  t.equal(claimed.length, readBounds().filter(({ mayAccept }) => !mayAccept).length);
});
