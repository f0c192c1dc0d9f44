import { test } from 'tap';

import { call } from '../support/client.js';
import type { Holder } from '../support/mtls-credentials.js';
import { CLIENT_AUTH, KEY_TYPES, VERSIONS } from '../support/mtls-matrix.js';
import { listenerName, startMatrixGateway } from '../support/mtls-matrix-gateway.js';
import { startUpstream } from '../support/upstream.js';

const forged = (sha256: string): Record<string, string | readonly string[]> => ({
  'x-forwarded-client-cert': [`Hash=${sha256};Subject="CN=root"`, `Hash=${sha256}`],
  X_Forwarded_Client_Cert: `Hash=${sha256}`,
  'X-FORWARDED_CLIENT-CERT': `Hash=${sha256}`,
  connection: 'close, x-forwarded-client-cert',
});

test('the upstream is told the true fingerprint on every version, whatever the client says', async (t) => {
  const upstream = await startUpstream((request, response) => {
    const sent = request.rawHeaders.filter((_, index) => index % 2 === 0);
    const told = sent.flatMap((name, index) =>
      name.toLowerCase().replaceAll('_', '-') === 'x-forwarded-client-cert'
        ? [request.rawHeaders[2 * index + 1]]
        : [],
    );
    response.end(JSON.stringify(told));
  });
  t.teardown(() => upstream.close());
  const gateway = await startMatrixGateway(KEY_TYPES, upstream.url);
  t.teardown(() => gateway.stop());

  /** told is what the upstream hears of this holder, who claims to be another. */
  const told = async (
    at: { keys: (typeof KEY_TYPES)[number]; auth: (typeof CLIENT_AUTH)[number] },
    version: (typeof VERSIONS)[number],
    holder: Holder | 'none',
  ): Promise<unknown> => {
    const matrix = gateway.matrix.get(at.keys);
    const port = gateway.ports[listenerName(at.keys, at.auth)];
    if (matrix === undefined || port === undefined) throw new Error('no such listener');
    const claimed = holder === 'pinned' ? 'not pinned' : 'pinned';
    const { status, body } = await call({
      port,
      authority: matrix.root,
      version,
      path: '/proxied/who',
      headers: forged(matrix.holders[claimed].sha256),
      ...(holder === 'none' ? {} : { client: matrix.holders[holder] }),
    });
    t.equal(status, 200);
    return JSON.parse(body);
  };

  for (const keys of KEY_TYPES) {
    for (const version of VERSIONS) {
      for (const auth of CLIENT_AUTH) {
        for (const holder of ['pinned', 'not pinned'] as const) {
          const sha256 = gateway.matrix.get(keys)?.holders[holder].sha256;
          const expected = [`Hash=${sha256};Subject="CN=${holder} (${keys})"`];
          const name = `${holder}, certificate ${auth}, ${version}, ${keys}`;
          t.same(await told({ keys, auth }, version, holder), expected, name);
        }
      }
      const nobody = await told({ keys, auth: 'optional' }, version, 'none');
      t.same(nobody, [], `no certificate, ${version}, ${keys}`);
    }
  }
});
