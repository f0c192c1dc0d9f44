import { test } from 'tap';
import {
  clientMissing,
  MBEDTLS2,
  runClient,
  WOLFSSL,
  writeClientFiles,
} from '../support/c-clients.js';
import { issueServer } from '../support/certificates.js';
import { programsMissing, runProgram } from '../support/debian-programs.js';
import { makeCredentials, startGateway } from '../support/gateway.js';
import { generateKey } from '../support/keys.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { opensslCall, opensslMissing } from '../support/openssl-client.js';

// The codes of RFC 6066 section 4.
const LENGTHS = new Map([
  [1, 512],
  [2, 1024],
  [3, 2048],
  [4, 4096],
]);
// A record of data in TLS 1.2 has a nonce and a tag beside it.
const OVERHEAD = 24;

test("OpenSSL's client gets the records that it asks for, though the certificate is longer", {
  skip: opensslMissing(),
}, async (t) => {
  const usual = makeCredentials();
  const key = generateKey('rsa2048');
  const server = issueServer(usual.authority, 'localhost', undefined, { key });
  const gateway = await startGateway({ credentials: { ...usual, server } });
  t.teardown(() => gateway.stop());
  const { port, folder } = gateway;
  const { authority, client } = usual;
  for (const version of VERSIONS) {
    for (const length of LENGTHS.values()) {
      const more = ['-maxfraglen', `${length}`];
      const call = { port, authority, client, version, path: '/hello', more };
      const { received, complaints } = await opensslCall(call, folder);
      t.match(received, /^HTTP\/1\.1 200 /, `${version}, ${length}: ${complaints}`);
    }
  }
});

test("OpenSSL's client is served that sends small records itself", {
  skip: opensslMissing(),
}, async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const { port, folder, credentials } = gateway;
  for (const version of VERSIONS) {
    for (const size of ['512', '1024', '4096', '16384']) {
      for (const more of [
        ['-max_send_frag', size],
        ['-split_send_frag', size, '-max_pipelines', '1'],
      ]) {
        const call = { port, ...credentials, version, path: '/hello', more };
        const { received, complaints } = await opensslCall(call, folder);
        t.match(received, /^HTTP\/1\.1 200 /, `${version}, ${more.join(' ')}: ${complaints}`);
      }
    }
  }
});

test("GnuTLS's client gets the records that it asks for in both versions", {
  skip: programsMissing({ 'gnutls-cli': 'gnutls-bin' }),
}, async (t) => {
  const usual = makeCredentials();
  const key = generateKey('rsa2048');
  const server = issueServer(usual.authority, 'localhost', undefined, { key });
  const gateway = await startGateway({ credentials: { ...usual, server } });
  t.teardown(() => gateway.stop());
  const [ca = '', certificate = '', own = ''] = writeClientFiles(
    gateway.folder,
    gateway.credentials,
  );
  for (const version of ['1.2', '1.3']) {
    for (const size of [512, 1000, 1024, 4096]) {
      const client = runProgram(
        'gnutls-cli',
        [
          ...['--port', `${gateway.port}`, '--recordsize', `${size}`, '--x509cafile', ca],
          ...['--x509certfile', certificate, '--x509keyfile', own],
          ...['--priority', `NORMAL:-VERS-ALL:+VERS-TLS${version}`, 'localhost'],
        ],
        { cwd: gateway.folder },
      );
      await client.output.findText((text) => text.includes('Simple Client Mode'));
      client.write('GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      await client.exited;
      t.match(client.output.text.join('\n'), /HTTP\/1\.1 200 /, `${version}, ${size}`);
    }
  }
});

test('a client on mbedTLS 2.28 gets the records that it asks for, none of them cut', {
  skip: clientMissing(MBEDTLS2),
}, async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const files = writeClientFiles(gateway.folder, gateway.credentials);
  for (const [code, length] of [[0, 16_384] as const, ...LENGTHS]) {
    const said = await runClient(MBEDTLS2, [`${gateway.port}`, `${code}`, ...files]);
    t.match(said, /^HTTP\/1\.1 200 /, `${length}`);
    t.ok(Number(said.split(' ').at(-1)) <= length + OVERHEAD, said);
  }
});

test('a client on wolfSSL gets the records that it asks for in both versions', {
  skip: clientMissing(WOLFSSL),
}, async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const files = writeClientFiles(gateway.folder, gateway.credentials);
  for (const version of ['2', '3']) {
    for (const code of LENGTHS.keys()) {
      const said = await runClient(WOLFSSL, [`${gateway.port}`, version, `${code}`, ...files]);
      t.equal(said, `TLSv1.${version} HTTP/1.1 200`, `${code}`);
    }
  }
});
