import { test } from 'tap';

import { observeAll, resumingAttempt } from '../support/mtls-attempts.js';
import { cellName, cellsOf, expectedOf } from '../support/mtls-matrix.js';
import { startMatrixGateway } from '../support/mtls-matrix-gateway.js';

test('the mTLS matrix holds for clients that come back by ticket', async (t) => {
  const gateway = await startMatrixGateway(['p256']);
  t.teardown(() => gateway.stop());
  const cells = cellsOf('p256');
  for (const [cell, observed] of await observeAll(gateway, cells, resumingAttempt)) {
    t.same(observed, expectedOf(cell), cellName(cell));
  }
  const served = cells.filter(({ row, auth }) => 'status' in row.on[auth]);
  const answered = gateway.log.lines.filter(({ type }) => type === 'access');
  t.equal(answered.length, served.length);
  t.ok(served.length > 10);
  for (const line of answered) t.equal(line.resumed, true, JSON.stringify(line));
});
