import { type Test, test } from 'tap';
import {
  type CRequest,
  clientMissing,
  MBEDTLS2,
  runClient,
  startForClients,
  WOLFSSL,
  writeClientFiles,
} from '../support/c-clients.js';
import { programsMissing, runProgram } from '../support/debian-programs.js';
import { makeCredentials, startGateway } from '../support/gateway.js';
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
  const gateway = await startGateway({ credentials: makeCredentials('rsa2048') });
  t.teardown(() => gateway.stop());
  const { port, folder } = gateway;
  const { authority, client } = gateway.credentials;
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
    for (const size of ['512', '1024', '4096', '8192', '16384']) {
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
  const gateway = await startGateway({ credentials: makeCredentials('rsa2048') });
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

const LARGEST = 16_384;
// Of mbedTLS 2.28, what a record may hold without the extension is fixed when it is compiled: 16,384 for Debian's.
/** Bodies on both sides of what a record holds, of half of it, and of several records. */
const SIZES = [1, 8191, 8193, LARGEST, LARGEST + 1, 100_000];

/** checkExchanges has a client make a GET, and send bodies and get them back, in records of every size. */
async function checkExchanges(t: Test, library: typeof WOLFSSL, versions: readonly ('2' | '3')[]) {
  const usual = await startForClients(t);
  const check = async (what: Omit<CRequest, 'port' | 'files'>, length: number): Promise<void> => {
    const said = await runClient(library, { ...usual, ...what });
    const [, longest = 0, echoed] = /HTTP\/1\.1 200 (\d+)(?: echoed (\d+))?$/.exec(said) ?? [];
    const told = `${JSON.stringify(what)}: ${said}`;
    t.ok(Number(longest) > 0 && Number(longest) <= length + OVERHEAD, told);
    if (what.size !== undefined) t.equal(Number(echoed), what.size, told);
  };
  for (const version of versions.length === 0 ? [undefined] : versions) {
    const own = version === undefined ? {} : { version };
    for (const [fragment, length] of [[0, LARGEST] as const, ...LENGTHS]) {
      await check({ ...own, fragment }, length);
      await check({ ...own, fragment, size: 100_000, piece: length }, length);
    }
    for (const piece of [512, 8192, LARGEST]) {
      for (const size of SIZES) await check({ ...own, size, piece }, LARGEST);
    }
  }
}

test(
  'a client on mbedTLS 2.28 gets the records that it asks for, none of them cut, and its bodies back',
  {
    skip: clientMissing(MBEDTLS2),
    timeout: 120_000,
  },
  (t) => checkExchanges(t, MBEDTLS2, []),
);

test(
  'a client on wolfSSL gets the records that it asks for in both versions, and its bodies back',
  {
    skip: clientMissing(WOLFSSL),
    timeout: 120_000,
  },
  (t) => checkExchanges(t, WOLFSSL, ['2', '3']),
);
