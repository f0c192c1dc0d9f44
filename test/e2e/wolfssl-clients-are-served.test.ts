import { test } from 'tap';
import { clientMissing, runClient, WOLFSSL, writeClientFiles } from '../support/c-clients.js';
import { startGateway } from '../support/gateway.js';

test('a client on wolfSSL is served in both versions', {
  skip: clientMissing(WOLFSSL),
}, async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const files = writeClientFiles(gateway.folder, gateway.credentials);
  for (const version of ['2', '3'] as const) {
    const said = await runClient(WOLFSSL, { port: gateway.port, version, files });
    t.match(said, new RegExp(`^TLSv1\\.${version} HTTP/1\\.1 200 `));
  }
});
