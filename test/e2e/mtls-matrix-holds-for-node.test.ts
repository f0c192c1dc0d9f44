import { test } from 'tap';

import { nodeAttempt, observeAll } from '../support/mtls-attempts.js';
import { cellName, cellsOf, expectedOf, KEY_TYPES } from '../support/mtls-matrix.js';
import { startMatrixGateway } from '../support/mtls-matrix-gateway.js';

test("the mTLS matrix holds for Node's client, with every kind of key", async (t) => {
  const gateway = await startMatrixGateway();
  t.teardown(() => gateway.stop());
  const cells = KEY_TYPES.flatMap((keys) => cellsOf(keys));
  for (const [cell, observed] of await observeAll(gateway, cells, nodeAttempt)) {
    t.same(observed, expectedOf(cell), cellName(cell));
  }
});
