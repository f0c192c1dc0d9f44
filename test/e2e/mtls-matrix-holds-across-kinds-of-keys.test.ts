import { test } from 'tap';

import { nodeAttempt, observeAll, opensslAttempt } from '../support/mtls-attempts.js';
import { cellName, cellsOf, expectedOf, KEY_TYPES, MATRIX } from '../support/mtls-matrix.js';
import { startMatrixGateway } from '../support/mtls-matrix-gateway.js';
import { opensslMissing } from '../support/openssl-client.js';

// One that is served, one that is refused by the pin, one by the chain: the rest does not depend on the server's key.
const rows = MATRIX.filter(
  ({ client, path }) =>
    (client === 'pinned' || client === 'not pinned' || client === 'revoked') && path !== '/trusted',
);
const cells = KEY_TYPES.flatMap((keys) =>
  KEY_TYPES.filter((serverKeys) => serverKeys !== keys).flatMap((serverKeys) =>
    cellsOf(keys, serverKeys, rows),
  ),
);

test('a client with one kind of key meets a server with another', async (t) => {
  const gateway = await startMatrixGateway();
  t.teardown(() => gateway.stop());

  t.test('Node', async (tt) => {
    for (const [cell, observed] of await observeAll(gateway, cells, nodeAttempt)) {
      tt.same(observed, expectedOf(cell), cellName(cell));
    }
  });
  t.test('OpenSSL', { skip: opensslMissing() }, async (tt) => {
    const attempt = opensslAttempt(gateway.folder);
    for (const [cell, observed] of await observeAll(gateway, cells, attempt)) {
      tt.same(observed, expectedOf(cell), cellName(cell));
    }
  });
});
