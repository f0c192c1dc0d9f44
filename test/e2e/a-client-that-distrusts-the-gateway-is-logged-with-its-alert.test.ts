import { execFile } from 'node:child_process';
import { test } from 'tap';
import { writeClientFiles } from '../support/c-clients.js';
import { createAuthority } from '../support/certificates.js';
import { programsMissing } from '../support/debian-programs.js';
import { makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { opensslCall, opensslMissing } from '../support/openssl-client.js';

const TRIES = 25;
const ROUNDS = 3;
const AT_ONCE = 16;
const CURL_VERSIONS = { 'TLSv1.2': ['--tls-max', '1.2'], 'TLSv1.3': ['--tlsv1.3'] } as const;

/** curl resolves with how it ended: unlike `openssl s_client` it closes the connection behind its alert at once. */
const curl = (...args: readonly string[]): Promise<number | string> =>
  new Promise((resolve) => {
    execFile('curl', ['-sS', '--http1.1', ...args], (error) => resolve(error?.code ?? 0));
  });
const PEER_FAILED_VERIFICATION = 60;

test('the log names the alert of clients that are gone before they have been sent all', {
  skip: programsMissing({ curl: 'curl' }),
}, async (t) => {
  // Handshakes take turns for signatures that take their time: clients have refused the certificate, and are gone, before the
  // rest of the flight is written to them.
  const usual = makeCredentials('rsa3072');
  const gateway = await startGateway({
    credentials: usual,
    config: (credentials) => ({ ...usualConfig(credentials), workers: 1 }),
  });
  t.teardown(() => gateway.stop());
  const { port, folder, log } = gateway;
  const refused = () => log.lines.filter(({ event }) => event === 'handshake-refused');
  const authority = createAuthority('another CA');
  const [ca = '', certificate = '', own = ''] = writeClientFiles(folder, { ...usual, authority });
  const credentials = ['--cacert', ca, '--cert', certificate, '--key', own];
  for (const version of VERSIONS) {
    for (let i = 0; i < ROUNDS; i += 1) {
      const before = refused().length;
      const asked = [...CURL_VERSIONS[version], ...credentials, `https://localhost:${port}/hello`];
      const ends = await Promise.all(Array.from({ length: AT_ONCE }, () => curl(...asked)));
      t.ok(
        ends.every((end) => end === PEER_FAILED_VERIFICATION),
        `${version}: ${ends}`,
      );
      await log.find(() => refused().length === before + AT_ONCE);
      for (const line of refused().slice(before)) {
        t.match(line, {
          code: 'handshake-alert',
          detail: 'the client sent the alert unknown_ca (48)',
          alertReceived: 48,
        });
      }
    }
  }
});

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
