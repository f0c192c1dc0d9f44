import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { test } from 'tap';
import { pem } from '../../src/pins/certificate-file.js';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';
import { check, folderWith } from '../support/checked-folder.js';
import { sequence } from '../support/der.js';
import { VERSIONS } from '../support/front.js';
import { type Config, makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { generateKey } from '../support/keys.js';
import { adminConfig, askAdmin, outcomeOf, visit } from '../support/reloads.js';
import { startSecureUpstream } from '../support/secure-upstream.js';
import { tlsOptionsOf } from '../support/tls-options.js';
import { unusableAuthority } from '../support/unusable-authority.js';

const credentials = makeCredentials();
const { authority, server } = credentials;

// What may stand behind the gateway's own certificate: clients take from it what they can use.
const SENT: Readonly<Record<string, IssuedCertificate>> = {
  'a CA with an Ed25519 key': unusableAuthority('Ed25519 CA', 'ed25519'),
  'a CA on the curve secp256k1': unusableAuthority('curve CA', 'secp256k1'),
  'a CA for RSASSA-PSS': unusableAuthority('PSS CA', 'pss2048'),
  'a CA with a P-256 key that Ed25519 has signed': createAuthority('crossed CA', {
    issuer: { subject: 'Ed25519 CA', key: generateKey('ed25519') },
    signature: 'ed25519',
  }),
};

/** chainOf is what a server sends, as a client gets it, DER. */
function chainOf(port: number, version: (typeof VERSIONS)[number]): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const { client } = credentials;
    const socket = connect({ port, ...tlsOptionsOf({ authority, client, version }) }, () => {
      const chain: Buffer[] = [];
      let one: { raw: Buffer; issuerCertificate?: unknown } = socket.getPeerCertificate(true);
      while (!chain.some((before) => before.equals(one.raw))) {
        chain.push(one.raw);
        one = (one.issuerCertificate ?? one) as typeof one;
      }
      socket.destroy();
      resolve(chain);
    });
    socket.on('error', reject);
  });
}

for (const [what, sent] of Object.entries(SENT)) {
  test(`behind the certificate of a server there may be ${what}`, async (t) => {
    const gateway = await startGateway({
      credentials,
      config: (_, folder) => {
        writeFileSync(join(folder, 'server.crt'), server.pem + sent.pem);
        return adminConfig(credentials);
      },
    });
    t.teardown(() => gateway.stop());
    t.same(await visit(gateway), [200, 200]);
    const { code, told } = await check(gateway.folder);
    t.equal(code, 0, told);

    await gateway.log.event('admin-listening');
    const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
    t.match(JSON.stringify(body), new RegExp(server.sha256), 'its own is in force');
    t.notMatch(JSON.stringify(body), new RegExp(sent.sha256));
    const again = await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
    t.match(again, { event: 'reloaded' });
  });
}

test('what stands behind the own certificate is sent as it is', async (t) => {
  // Signed by the CA that the client trusts, so that Node shows it: an unusable key is told by nobody but itself.
  const middle = createAuthority('middle', { issuer: authority });
  const own = issueServer(middle);
  const extra = SENT['a CA with an Ed25519 key'] as IssuedCertificate;
  const gateway = await startGateway({
    credentials: { ...credentials, server: own },
    config: (_, folder) => {
      writeFileSync(join(folder, 'server.crt'), own.pem + extra.pem + middle.pem);
      return usualConfig(credentials);
    },
  });
  t.teardown(() => gateway.stop());
  for (const version of VERSIONS) {
    const chain = await chainOf(gateway.port, version);
    t.same(chain[0], own.der, version);
    t.same(chain[1], middle.der, `${version}: also what comes behind one that cannot be read`);
  }
});

test('behind the certificate for an upstream there may be a CA that cannot be used', async (t) => {
  const own = issueClient(authority, 'gateway');
  for (const sent of Object.values(SENT)) {
    const upstream = await startSecureUpstream({
      certificate: issueServer(authority),
      clientAuthority: authority,
    });
    t.teardown(() => upstream.close());
    const gateway = await startGateway({
      credentials,
      config: (usual, folder) => {
        writeFileSync(join(folder, 'own.crt'), own.pem + sent.pem);
        writeFileSync(join(folder, 'own.key'), own.keyPem, { mode: 0o600 });
        const config = usualConfig(usual, `https://127.0.0.1:${upstream.port}`);
        const { service } = config.upstreams as { readonly service: Config };
        const tls = { trust: 'clients', certificate: { cert: 'own.crt', key: 'own.key' } };
        return { ...config, upstreams: { service: { ...service, tls } } };
      },
    });
    t.teardown(() => gateway.stop());
    t.same(await visit(gateway, { path: '/api/x' }), [200, 200]);
    t.equal(upstream.seen[0]?.client, 'gateway');
  }
});

test('the own certificate must be usable, and what follows it a certificate', async (t) => {
  const noCertificate = pem('CERTIFICATE', sequence(sequence(), sequence()));
  const cases = {
    [server.pem + noCertificate]: /PEM block \(number 2\) that is not a certificate/,
    [(SENT['a CA with an Ed25519 key'] as IssuedCertificate).pem + server.pem]:
      /certificate 1 has an Ed25519 key, which the gateway cannot sign with/,
  };
  for (const [text, found] of Object.entries(cases)) {
    const { code, told } = await check(folderWith(credentials, { 'server.crt': text }));
    t.equal(code, 1);
    t.match(told, found);
  }
});
