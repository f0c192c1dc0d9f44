import { test } from 'tap';

import { keptAliveAttempt, observeAll } from '../support/mtls-attempts.js';
import { cellName, cellsOf, expectedOf } from '../support/mtls-matrix.js';
import { FIRST_PATH, startMatrixGateway } from '../support/mtls-matrix-gateway.js';

test('the mTLS matrix holds for the second request of a connection', async (t) => {
  const gateway = await startMatrixGateway(['p256']);
  t.teardown(() => gateway.stop());
  const cells = cellsOf('p256');
  for (const [cell, observed] of await observeAll(gateway, cells, keptAliveAttempt)) {
    t.same(observed, expectedOf(cell), cellName(cell));
  }
  // Who is not refused by its certificate was served before, whatever became of its second request.
  const admitted = cells.filter(({ row, auth }) => 'status' in row.on[auth]);
  const first = gateway.log.lines.filter(
    ({ type, path }) => type === 'access' && path === FIRST_PATH,
  );
  t.equal(first.length, admitted.length);
});
