import { test } from 'tap';
import { clientMissing, runClient, startForClients, WOLFSSL } from '../support/c-clients.js';

test('a client on wolfSSL is served in both versions', {
  skip: clientMissing(WOLFSSL),
}, async (t) => {
  const usual = await startForClients(t);
  for (const version of ['2', '3'] as const) {
    const said = await runClient(WOLFSSL, { ...usual, version });
    t.match(said, new RegExp(`^TLSv1\\.${version} HTTP/1\\.1 200 `));
  }
});
