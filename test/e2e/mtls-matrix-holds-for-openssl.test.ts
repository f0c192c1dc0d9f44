import { test } from 'tap';

import { observeAll, opensslAttempt } from '../support/mtls-attempts.js';
import { cellName, cellsOf, expectedOf, KEY_TYPES } from '../support/mtls-matrix.js';
import { startMatrixGateway } from '../support/mtls-matrix-gateway.js';
import { opensslMissing } from '../support/openssl-client.js';

test("the mTLS matrix holds for OpenSSL's client, with every kind of key", {
  skip: opensslMissing(),
}, async (t) => {
  const gateway = await startMatrixGateway();
  t.teardown(() => gateway.stop());
  const cells = KEY_TYPES.flatMap((keys) => cellsOf(keys));
  for (const [cell, observed] of await observeAll(gateway, cells, opensslAttempt(gateway.folder))) {
    t.same(observed, expectedOf(cell), cellName(cell));
  }
});
