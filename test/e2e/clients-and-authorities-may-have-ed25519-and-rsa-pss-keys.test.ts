import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { colons } from '../../src/pins/digest.js';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';
import { check, folderWith } from '../support/checked-folder.js';
import { call } from '../support/client.js';
import { VERSIONS } from '../support/front.js';
import {
  type Config,
  makeCredentials,
  runPinlatch,
  startGateway,
  usualConfig,
} from '../support/gateway.js';
import { generateKey, type SignatureAlgorithm } from '../support/keys.js';
import { opensslCall, opensslMissing } from '../support/openssl-client.js';
import { adminConfig, visit } from '../support/reloads.js';
import { issueRevocationList } from '../support/revocation-lists.js';

const credentials = makeCredentials();
const plain = credentials.authority;
const edwardsKey = generateKey('ed25519');
const pssKey = generateKey('pss2048');
const rsaKey = generateKey('rsa2048');
const edwards = createAuthority('Ed25519 CA', { key: edwardsKey });
const pss = createAuthority('PSS CA', { key: pssKey });
const held = createAuthority('held PSS CA', { key: generateKey('pss2048-sha256') });
const rsa = createAuthority('RSA CA', { key: rsaKey, signature: 'pss-sha256' });
const middle = createAuthority('Ed25519 intermediate', { issuer: edwards, key: edwardsKey });
const AUTHORITIES = [plain, edwards, pss, held, rsa];

const probe = (
  issuer: IssuedCertificate,
  variation: { readonly key?: typeof rsaKey; readonly signature?: SignatureAlgorithm } = {},
): IssuedCertificate => issueClient(issuer, 'probe', variation);
const below = probe(middle);

const ADMITTED: readonly (readonly [string, IssuedCertificate])[] = [
  ['an Ed25519 key of an Ed25519 CA', probe(edwards, { key: edwardsKey })],
  ['an Ed25519 key of an ECDSA CA', probe(plain, { key: edwardsKey })],
  ['a P-256 key of an Ed25519 CA', probe(edwards)],
  ['a P-256 key of an Ed25519 intermediate', { ...below, pem: below.pem + middle.pem }],
  ['an RSASSA-PSS key of an RSASSA-PSS CA', probe(pss, { key: pssKey })],
  ['an RSASSA-PSS key for SHA-256', probe(plain, { key: held.key })],
  ['a key of an RSASSA-PSS CA for SHA-256', probe(held)],
  ['a key of an RSASSA-PSS CA, SHA-384', probe(pss, { signature: 'pss-sha384' })],
  ['a key that RSA signed with RSASSA-PSS, SHA-512', probe(rsa, { signature: 'pss-sha512' })],
  ['a key that was signed with a longer salt', probe(pss, { signature: 'pss-long-salt' })],
  ['a key that was signed with a shorter salt', probe(pss, { signature: 'pss-short-salt' })],
];

const start = (more: Readonly<Record<string, unknown>> = {}, ca = AUTHORITIES) =>
  startGateway({
    credentials,
    config: (_, folder) => {
      writeFileSync(join(folder, 'ca.crt'), ca.map(({ pem }) => pem).join(''));
      const client = { when: { 'subject.CN': 'probe' } };
      return { ...adminConfig(credentials), clients: { client }, ...more };
    },
  });

const ask = (port: number, client: IssuedCertificate, version: (typeof VERSIONS)[number]) =>
  call({ port, authority: plain, client, path: '/hello', version }).then(
    ({ status }) => status,
    (error) => String(error),
  );

test('each kind of key and of CA is admitted', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  t.notOk(gateway.log.lines.some(({ code }) => code === 'anchor-unusable'));
  for (const [name, client] of ADMITTED) {
    for (const version of VERSIONS) {
      t.equal(await ask(gateway.port, client, version), 200, `${name}, ${version}`);
    }
  }
});

test('openssl s_client is admitted with an Ed25519 key of an Ed25519 CA', {
  skip: opensslMissing(),
}, async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const client = probe(edwards, { key: edwardsKey });
  const { port, folder } = gateway;
  for (const version of VERSIONS) {
    const asked = { port, authority: plain, client, path: '/hello', version };
    const { received, complaints } = await opensslCall(asked, folder);
    t.match(received, /^HTTP\/1\.1 200 /, complaints);
  }
});

test('a signature whose mask is by another hash is refused, and named', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const client = probe(pss, { signature: 'pss-other-mask' });
  t.notOk((await visit(gateway, { client })).includes(200));
  t.match(await gateway.log.find(({ event }) => event === 'handshake-refused'), {
    code: 'bad-certificate',
    detail: /^signature-algorithm .*RSA-PSS with unsupported parameters/,
  });
});

test('a certificate that another Ed25519 key signed is refused', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const forger = { subject: edwards.subject, key: generateKey('ed25519') };
  t.notOk((await visit(gateway, { client: issueClient(forger, 'probe') })).includes(200));
  const line = await gateway.log.find(({ event }) => event === 'handshake-refused');
  t.match(line, { detail: /^(issuer-has-other-key|signature) / });
});

test('lists of such CAs revoke', async (t) => {
  for (const authority of [edwards, pss]) {
    const gone = probe(authority, { key: authority.key });
    const gateway = await startGateway({
      credentials,
      config: (_, folder) => {
        const list = issueRevocationList({ issuer: authority, revoked: [{ serial: gone.serial }] });
        writeFileSync(join(folder, 'ca.crl'), list.pem);
        writeFileSync(join(folder, 'ca.crt'), authority.pem);
        const trust = { clients: { ca: ['ca.crt'], crl: { files: ['ca.crl'] } } };
        const client = { when: { 'subject.CN': 'probe' } };
        return { ...usualConfig(credentials), clients: { client }, trust };
      },
    });
    const name = String(authority.subject);
    t.equal(await ask(gateway.port, probe(authority), 'TLSv1.3'), 200, name);
    t.match(await ask(gateway.port, gone, 'TLSv1.3'), /alert number 44/, name);
    await gateway.stop();
  }
});

test('pins of such certificates and keys count, and pin prints them', async (t) => {
  const own = probe(edwards, { key: edwardsKey });
  for (const pin of [`sha256:${own.sha256}`, `spki:${own.spkiSha256}`]) {
    const gateway = await start({ clients: { client: { pins: [pin] } } });
    t.equal(await ask(gateway.port, own, 'TLSv1.3'), 200, pin);
    t.equal(await ask(gateway.port, probe(edwards), 'TLSv1.3'), 403, pin);
    writeFileSync(join(gateway.folder, 'client.crt'), own.pem);
    const printed = runPinlatch(['pin', 'client.crt'], { cwd: gateway.folder });
    t.match(await printed.exited, { code: 0 });
    t.match(printed.output.text.join('\n'), `sha256:${colons(own.sha256)}`);
    await gateway.stop();
  }
});

test('verify accepts them with the code of the listener', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  for (const [name, client] of ADMITTED) {
    writeFileSync(join(gateway.folder, 'chain.crt'), client.pem);
    const args = ['verify', '--ca', 'ca.crt', '--chain', 'chain.crt'];
    const verdict = runPinlatch(args, { cwd: gateway.folder });
    t.match(await verdict.exited, { code: 0 }, name);
  }
});

test("the gateway's own certificate may be an Ed25519 CA's", async (t) => {
  const server = issueServer(edwards);
  const gateway = await startGateway({ credentials: { ...credentials, server } });
  t.teardown(() => gateway.stop());
  const { client } = credentials;
  for (const version of VERSIONS) {
    const asked = { port: gateway.port, authority: edwards, client, path: '/hello', version };
    t.match(await call(asked).catch((error) => String(error)), { status: 200 }, version);
  }
});

test('check refuses own keys of these kinds, of a listener and for a service, by their name', async (t) => {
  const { authority } = credentials;
  for (const [kind, key] of [
    ['an Ed25519 key', edwardsKey],
    ['an RSASSA-PSS key', pssKey],
  ] as const) {
    const found = `has ${kind}, which the gateway cannot sign with`;
    const server = {
      ...credentials,
      server: issueServer(authority, 'localhost', undefined, { key }),
    };
    const client = issueClient(authority, 'gateway', { key });
    const certificate = { cert: 'own.crt', key: 'own.key' };
    const service = { endpoints: ['https://127.0.0.1:1'], tls: { trust: 'clients', certificate } };
    for (const [own, more] of [
      [server, {}],
      [credentials, { upstreams: { service } }],
    ] as const) {
      const files = { 'own.crt': client.pem, 'own.key': client.keyPem };
      const config = { ...usualConfig(own), ...more };
      const { code, told } = await check(folderWith(own, files, config));
      t.equal(code, 1);
      t.match(told, found);
      t.match(told, 'openssl genpkey -algorithm EC');
    }
  }
});

test('without the host Ed25519 is named: in the log, in the warnings and in check', async (t) => {
  const crypto = { provider: 'portable' };
  const gateway = await start({ crypto });
  t.teardown(() => gateway.stop());
  const found = /CN=Ed25519 CA\): it has an Ed25519 key, .*crypto provider "portable"/;
  t.match(
    gateway.log.lines.find(({ code }) => code === 'anchor-unusable'),
    { at: '/trust/clients/ca', found },
  );
  const { code, told } = await check(gateway.folder);
  t.equal(code, 0);
  t.match(told, found);
  const client = probe(plain, { key: edwardsKey });
  for (const version of VERSIONS) {
    t.match(await ask(gateway.port, client, version), /alert number 43/, version);
  }
  const refused = await gateway.log.find(({ event }) => event === 'handshake-refused');
  t.match(refused, {
    code: 'unsupported-certificate',
    detail: /^key-kind .*it has an Ed25519 key/,
    subject: 'CN=probe',
  });
  writeFileSync(join(gateway.folder, 'probe.crt'), client.pem);
  const route = ['--route', 'GET', `https://localhost:${gateway.port}/hello`, '--listener', 'edge'];
  for (const question of [
    [String(refused.handshakeId), '--socket', 'admin.sock'],
    ['--cert', 'probe.crt', ...route],
  ]) {
    const explain = runPinlatch(['explain', ...question], { cwd: gateway.folder });
    await explain.exited;
    t.match(explain.output.text.join('\n'), /Ed25519 key, .*crypto provider "portable"/s);
  }
  for (const [name, other] of ADMITTED) {
    if (name.includes('Ed25519')) continue;
    t.equal(await ask(gateway.port, other, 'TLSv1.3'), 200, name);
  }
});

test('a client that signs TLS 1.2 by SHA-512 or RSA-PSS alone gets in, and the server signs so', async (t) => {
  const rsaServer = {
    ...credentials,
    server: issueServer(plain, 'localhost', undefined, { key: rsaKey }),
  };
  const p521 = probe(plain, { key: generateKey('p521') });
  const ofRsa = probe(plain, { key: rsaKey });
  const when = { client: { when: { 'subject.CN': 'probe' } } };
  for (const [own, client, sigalgs] of [
    [credentials, p521, 'ECDSA+SHA512'],
    [rsaServer, ofRsa, 'rsa_pss_rsae_sha256'],
    [rsaServer, ofRsa, 'rsa_pss_rsae_sha512'],
    [rsaServer, ofRsa, 'RSA+SHA512'],
  ] as const) {
    const config = (): Config => ({ ...usualConfig(own), clients: when });
    const gateway = await startGateway({ credentials: own, config });
    const asked = { port: gateway.port, authority: plain, client, path: '/hello', trusting: true };
    const reply = await call({ ...asked, version: 'TLSv1.2', signatureAlgorithms: sigalgs });
    t.equal(reply.status, 200, sigalgs);
    await gateway.stop();
  }
});
