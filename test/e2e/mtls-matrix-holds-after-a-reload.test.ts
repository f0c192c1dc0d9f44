import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import {
  keptAliveAttempt,
  nodeAttempt,
  observeAll,
  resumingAttempt,
} from '../support/mtls-attempts.js';
import { cellName, cellsOf, expectedOf } from '../support/mtls-matrix.js';
import {
  type MatrixGateway,
  matrixConfig,
  startMatrixGateway,
} from '../support/mtls-matrix-gateway.js';
import { outcomeOf } from '../support/reloads.js';

const cells = cellsOf('p256');

/** writeOpposite trusts whom the matrix does not, has no revocation lists, and pins who is not pinned. */
function writeOpposite({ matrix, folder, writeConfig }: MatrixGateway): void {
  const holders = matrix.get('p256')?.holders;
  const [, authority = ''] =
    holders?.['of an unknown CA'].pem.split(/(?<=-----END CERTIFICATE-----\n)/) ?? [];
  writeFileSync(join(folder, 'other-ca.crt'), authority);
  writeConfig({
    ...matrixConfig(matrix),
    trust: { devices: { ca: ['other-ca.crt'] } },
    clients: { device: { pins: [holders?.['not pinned'].sha256] } },
  });
}

/** statusesOf meets every cell, so that whatever is remembered of a client is remembered, and counts who was served what. */
async function statusesOf(gateway: MatrixGateway, client: string): Promise<readonly unknown[]> {
  const observed = await observeAll(gateway, cells, nodeAttempt);
  return observed
    .filter(([{ row }]) => row.client === client)
    .map(([, one]) => one?.seen as { status?: number; alert?: number } | undefined)
    .map((seen) => seen?.status ?? `alert ${seen?.alert}`);
}

test('the mTLS matrix holds after a reload, for who was met before', async (t) => {
  const gateway = await startMatrixGateway(['p256']);
  t.teardown(() => gateway.stop());
  const sighup = (): void => gateway.signal('SIGHUP');

  writeOpposite(gateway);
  t.match(await outcomeOf(gateway, sighup), { event: 'reloaded' });
  t.same(await statusesOf(gateway, 'pinned'), Array(4).fill('alert 48'));
  t.same(await statusesOf(gateway, 'of an unknown CA'), Array(4).fill(200));

  gateway.writeConfig(matrixConfig(gateway.matrix));
  t.match(await outcomeOf(gateway, sighup), { event: 'reloaded' });
  for (const attempt of [nodeAttempt, keptAliveAttempt, resumingAttempt]) {
    for (const [cell, observed] of await observeAll(gateway, cells, attempt)) {
      t.same(observed, expectedOf(cell), cellName(cell));
    }
  }
});
