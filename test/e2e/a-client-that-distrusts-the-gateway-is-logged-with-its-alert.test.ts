import { test } from 'tap';
import { createAuthority } from '../support/certificates.js';
import { startGateway } from '../support/gateway.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { opensslCall, opensslMissing } from '../support/openssl-client.js';

const TRIES = 25;

test('the log names the alert of a client that does not trust the gateway, every time', {
  skip: opensslMissing(),
}, async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const { port, folder, credentials } = gateway;
  const authority = createAuthority('another CA');
  for (const version of VERSIONS) {
    for (let i = 0; i < TRIES; i += 1) {
      const seen = new Set(gateway.log.lines);
      await opensslCall({ port, authority, client: credentials.client, version }, folder);
      const line = await gateway.log.find(
        (one) => one.event === 'handshake-refused' && !seen.has(one),
      );
      t.match(line, {
        code: 'handshake-alert',
        detail: 'the client sent the alert unknown_ca (48)',
        alertReceived: 48,
      });
    }
  }
});
