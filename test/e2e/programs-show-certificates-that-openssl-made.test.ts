import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import { programsMissing } from '../support/debian-programs.js';
import { VERSIONS } from '../support/front.js';
import {
  makeCredentials,
  makeFolder,
  runPinlatch,
  startGateway,
  usualConfig,
} from '../support/gateway.js';
import { JavaClient, javaMissing } from '../support/java-client.js';
import { generateKey } from '../support/keys.js';
import { type Kind, type Made, OpensslAuthority } from '../support/openssl-authority.js';
import { opensslCall, opensslMissing } from '../support/openssl-client.js';

const run = promisify(execFile);
const credentials = makeCredentials();
type Version = (typeof VERSIONS)[number];
type Gateway = Awaited<ReturnType<typeof start>>;

// start trusts the authority, and refuses what its list names.
const start = (ca: { readonly pem: string }, list?: string) =>
  startGateway({
    credentials,
    config: (_, folder) => {
      writeFileSync(join(folder, 'own.crt'), credentials.authority.pem);
      writeFileSync(join(folder, 'ca.crt'), ca.pem);
      if (list !== undefined) writeFileSync(join(folder, 'ca.crl'), list);
      const crl = list === undefined ? {} : { crl: { files: ['ca.crl'] } };
      const client = { when: { 'subject.CN': 'probe' } };
      const trust = { clients: { ca: ['ca.crt'], ...crl } };
      return { ...usualConfig(credentials), clients: { client }, trust };
    },
  });

const curl = async (gateway: Gateway, client: Made, version: Version): Promise<string> => {
  const flags = version === 'TLSv1.2' ? ['--tls-max', '1.2'] : ['--tlsv1.3'];
  const trusted = ['--cacert', join(gateway.folder, 'own.crt')];
  const own = ['--cert', client.certificate, '--key', client.key];
  const shown = ['-sS', '-o', '/dev/null', '-w', '%{http_code}'];
  const url = `https://localhost:${gateway.port}/hello`;
  const { stdout } = await run('curl', [...flags, ...trusted, ...own, ...shown, url]);
  return stdout;
};

const gnutls = async (gateway: Gateway, client: Made, version: Version): Promise<string> => {
  const trusted = ['--x509cafile', join(gateway.folder, 'own.crt')];
  const own = ['--x509certfile', client.certificate, '--x509keyfile', client.key];
  const only = ['--priority', `NORMAL:-VERS-ALL:+VERS-${version.replace('v', '')}`];
  const child = run('gnutls-cli', [
    ...['--logfile', '/dev/null', ...trusted, ...own, ...only],
    ...['--port', `${gateway.port}`, 'localhost'],
  ]);
  child.child.stdin?.write('GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const { stdout } = await child;
  return /HTTP\/1\.1 (\d+)/.exec(stdout)?.[1] ?? stdout;
};

const node = ({ port }: Gateway, client: Made, version: Version): Promise<string> =>
  call({ port, authority: credentials.authority, client, path: '/hello', version }).then(
    ({ status }) => `${status}`,
    (error) => String(error),
  );

const openssl = async (gateway: Gateway, client: Made, version: Version): Promise<string> => {
  const { port, folder } = gateway;
  const asked = { port, authority: credentials.authority, client, path: '/hello', version };
  const { received, complaints } = await opensslCall(asked, folder);
  return /^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? complaints;
};

const folderOf = (kind: string): string => {
  const folder = join(makeFolder(), kind);
  mkdirSync(folder);
  return folder;
};

const AUTHORITIES: readonly (readonly [ca: Kind, clients: readonly Kind[]])[] = [
  ['ed25519', ['ed25519', 'p256', 'pss']],
  ['pss', ['pss', 'pss-sha256']],
  ['pss-sha256', ['p256', 'rsa']],
  ['rsa', ['ed25519', 'rsa']],
];

for (const [kind, clients] of AUTHORITIES) {
  test(`openssl, curl, GnuTLS and Node get in with certificates of an authority whose key is ${kind}`, {
    skip: opensslMissing() || programsMissing({ curl: 'curl', 'gnutls-cli': 'gnutls-bin' }),
  }, async (t) => {
    const authority = new OpensslAuthority(folderOf(kind), kind);
    const gone = authority.issue(clients[0] ?? kind);
    const gateway = await start(authority, authority.list(gone));
    t.teardown(() => gateway.stop());
    for (const own of clients) {
      const client = authority.issue(own);
      const chain = ['--ca', 'ca.crt', '--chain', client.certificate];
      const verdict = runPinlatch(['verify', ...chain], { cwd: gateway.folder });
      t.match(await verdict.exited, { code: 0 }, `verify, ${own}`);
      for (const version of VERSIONS) {
        for (const ask of [openssl, curl, gnutls, node]) {
          t.equal(await ask(gateway, client, version), '200', `${ask.name}, ${own}, ${version}`);
        }
      }
    }
    for (const version of VERSIONS) {
      t.match(await node(gateway, gone, version), /alert number 44/, `revoked, ${version}`);
    }
    t.equal(gateway.log.lines.filter(({ code }) => code === 'anchor-unusable').length, 0);
  });
}

test('Java gets in with a P-521 key, which in TLS 1.2 signs by SHA-512 alone, and with Ed25519 and RSASSA-PSS', {
  skip: javaMissing(),
}, async (t) => {
  const gateway = await start(credentials.authority);
  t.teardown(() => gateway.stop());
  const { authority } = credentials;
  for (const [kind, version] of [
    ['p521', 'TLSv1.2'],
    ['ed25519', 'TLSv1.3'],
    ['pss2048', 'TLSv1.2'],
  ] as const) {
    const client = issueClient(authority, 'probe', { key: generateKey(kind) });
    const java = new JavaClient(folderOf(kind), authority, [client]);
    t.equal(java.get(`https://localhost:${gateway.port}/hello`, version), '200', kind);
  }
});
