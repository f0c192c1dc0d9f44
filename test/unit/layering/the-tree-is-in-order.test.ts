import { test } from 'tap';

import { checkTree } from '../../../scripts/check-layering.mjs';

test('native/ and src/ keep to their layers', async (t) => {
  t.same(checkTree(new URL('../../..', import.meta.url).pathname), []);
});
