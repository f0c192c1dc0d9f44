import { test } from 'tap';
import { VERSIONS } from '../support/mtls-matrix.js';
import { RawClient } from '../support/raw-client.js';
import { startNamedGateway } from '../support/server-names.js';

const RSA_ONLY = 'rsa_pss_rsae_sha256:RSA+SHA256';
const RSA_FIRST = `${RSA_ONLY}:ECDSA+SHA256`;

test('a client is shown the certificate of the name that it asks for, EC before RSA', async (t) => {
  const gateway = await startNamedGateway({ clientAuth: 'none' });
  t.teardown(() => gateway.stop());
  const { authority, server } = gateway.credentials;
  const { servers } = gateway;
  for (const version of VERSIONS) {
    const shown = async (servername: string, signatureAlgorithms?: string): Promise<string> => {
      const { port } = gateway;
      const call = { port, authority, version, servername };
      const raw = await RawClient.connect(
        signatureAlgorithms === undefined ? call : { ...call, signatureAlgorithms },
      );
      const { fingerprint256 } = raw.socket.getPeerCertificate();
      raw.destroy();
      return fingerprint256.replaceAll(':', '').toLowerCase();
    };
    t.equal(await shown('localhost'), server.sha256, `${version}: the first`);
    t.equal(await shown('api.local'), servers['api-ec'].sha256, `${version}: EC`);
    t.equal(await shown('api.local', RSA_FIRST), servers['api-ec'].sha256, `${version}: EC first`);
    t.equal(await shown('api.local', RSA_ONLY), servers['api-rsa'].sha256, `${version}: RSA`);
    t.equal(await shown('maybe.edge.local'), servers.wild.sha256, `${version}: a wildcard`);
    await t.rejects(shown('x.api.local'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'two labels');
    await t.rejects(shown('maybe.edge.local', RSA_ONLY), /handshake failure/, 'EC alone');
  }
});
