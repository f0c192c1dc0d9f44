import { test } from 'tap';
import type { IssuedCertificate } from '../support/certificates.js';
import { call } from '../support/client.js';
import { VERSIONS } from '../support/front.js';
import {
  type Config,
  makeCredentials,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import { paddedOf, twinOf } from '../support/rewritten-signatures.js';

const credentials = makeCredentials();
const { authority, client } = credentials;
const twin = twinOf(client);
const usual = usualConfig(credentials);

/** Whoever is trusted may ask for /hello, unless `when` says otherwise. */
function configWith(trust: Config, when: Config = { 'subject.CN': 'test client' }): Config {
  return {
    ...usual,
    trust: { clients: { ca: ['ca.crt'], ...trust } },
    clients: { client: { when } },
  };
}

async function start(config: Config): Promise<TestGateway> {
  return startGateway({ credentials, config: () => config });
}

async function statusOf(gateway: TestGateway, who: IssuedCertificate, version: string) {
  const { port } = gateway;
  const asked = { port, authority, client: who, path: '/hello' };
  const reply = call({ ...asked, version: version as 'TLSv1.2' });
  return reply.then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

test('a certificate gets in under either of its signatures, and under no other form of them', async (t) => {
  const gateway = await start(configWith({}));
  t.teardown(() => gateway.stop());
  for (const version of VERSIONS) {
    t.equal(await statusOf(gateway, client, version), 200, version);
    t.equal(await statusOf(gateway, twin, version), 200, `${version}, (r, n - s)`);
    t.not(await statusOf(gateway, paddedOf(client), version), 200, `${version}, padded`);
  }
  const line = await gateway.log.find(({ event }) => event === 'handshake-refused');
  t.match(line.detail, /not DER \(RFC 3279 section 2\.2\.3/);
});

test('denied by its fingerprint, it gets in under neither', async (t) => {
  const gateway = await start(configWith({ deny: [`sha256:${client.sha256}`] }));
  t.teardown(() => gateway.stop());
  for (const version of VERSIONS) {
    for (const form of [client, twin]) {
      t.not(await statusOf(gateway, form, version), 200, version);
    }
  }
  const line = await gateway.log.find(({ detail }) => /\(r, n - s\)/.test(String(detail)));
  t.match(line, { event: 'handshake-refused', code: 'certificate-revoked' });
});

for (const field of ['sha256', 'sha1'] as const) {
  test(`excepted by fingerprint.${field}, it is that client under neither`, async (t) => {
    const not = { [`fingerprint.${field}`]: client[field] };
    const gateway = await start(configWith({}, { 'subject.CN': 'test client', not }));
    t.teardown(() => gateway.stop());
    for (const version of VERSIONS) {
      for (const form of [client, twin]) {
        t.equal(await statusOf(gateway, form, version), 403, version);
      }
    }
    const line = await gateway.log.find(({ findings }) => /rewritten/.test(String(findings)));
    t.match(line, { code: 'not-pinned', fingerprint: `sha256:${twin.sha256}` });
  });
}

test('a pin is of one form alone', async (t) => {
  const gateway = await start(usual);
  t.teardown(() => gateway.stop());
  for (const version of VERSIONS) {
    t.equal(await statusOf(gateway, client, version), 200, version);
    t.equal(await statusOf(gateway, twin, version), 403, version);
  }
});
