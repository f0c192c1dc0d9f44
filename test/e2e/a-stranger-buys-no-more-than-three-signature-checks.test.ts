/**
 * Holds the gateway to what strangers may cost: a chain of any length that names a trusted CA and was not signed by it is
 * refused after three signature checks, and honest clients get in beside it for as many as their chains have certificates.
 */
import { test } from 'tap';
import { createAuthority, type IssuedCertificate, issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import { falseChain } from '../support/false-chain.js';
import { startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { VERSIONS, type Version } from '../support/mtls-matrix.js';
import { countingEnv, eventually, readCounters } from '../support/vital-signs.js';

const LONG = 39;

const start = (): Promise<TestGateway> =>
  startGateway({
    env: countingEnv,
    config: (credentials) => ({ ...usualConfig(credentials), workers: 1 }),
  });

interface Attempt {
  readonly status?: number;
  readonly alert?: number;
  /** Signatures that were checked for it. */
  readonly checks: number;
}

async function attempt(
  gateway: TestGateway,
  client: IssuedCertificate,
  version: Version,
): Promise<Attempt> {
  const { authority } = gateway.credentials;
  const before = await readCounters(gateway);
  const answer = await call({
    port: gateway.port,
    authority,
    client,
    version,
    path: '/hello',
  }).then(
    ({ status }) => ({ status }),
    (error: unknown) => ({ alert: Number(/SSL alert number (\d+)/.exec(String(error))?.[1]) }),
  );
  const ended = (one: typeof before): number => one.handshakesCompleted + one.handshakesFailed;
  const after = await eventually(
    () => readCounters(gateway),
    (now) => ended(now) > ended(before),
  );
  return { ...answer, checks: after.signaturesChecked - before.signaturesChecked };
}

test('a false chain is refused after three signature checks, a false leaf after one', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const { authority } = gateway.credentials;
  const chains = [1, 3, LONG].map((length) => falseChain(authority, length));
  for (const version of VERSIONS) {
    t.match(await attempt(gateway, falseChain(authority, 0), version), { alert: 42, checks: 1 });
    for (const [index, checks] of [1, 3, 3].entries()) {
      const refused = await attempt(gateway, chains[index] as IssuedCertificate, version);
      t.match(refused, { alert: 42, checks }, `${version}: ${index}`);
    }
    const line = await gateway.log.find(({ detail }) =>
      String(detail).startsWith('false-signatures'),
    );
    t.match(line, { event: 'handshake-refused', code: 'bad-certificate', subject: 'CN=stranger' });
  }
});

test('honest chains get in, also among many unrelated certificates', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const { authority } = gateway.credentials;
  const issuing = createAuthority('issuing CA', { issuer: authority });
  for (const version of VERSIONS) {
    const leaf = issueClient(issuing, `client ${version}`);
    const strangers = falseChain(createAuthority('elsewhere'), 30);
    const client = { ...leaf, pem: `${leaf.pem}${issuing.pem}${strangers.pem}` };
    t.match(await attempt(gateway, client, version), { status: 403, checks: 2 }, version);
  }
});
