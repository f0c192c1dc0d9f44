import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';
import { check, folderWith } from '../support/checked-folder.js';
import { call } from '../support/client.js';
import { VERSIONS } from '../support/front.js';
import { makeCredentials, runPinlatch, startGateway } from '../support/gateway.js';
import { generateKey } from '../support/keys.js';
import { adminConfig, askAdmin, outcomeOf, visit } from '../support/reloads.js';
import { startSecureUpstream } from '../support/secure-upstream.js';
import { unusableAuthority } from '../support/unusable-authority.js';

const credentials = makeCredentials();
const { authority } = credentials;
const UNUSABLE: readonly (readonly [IssuedCertificate, RegExp])[] = [
  [unusableAuthority('Ed448 CA', 'ed448'), /CN=Ed448 CA\): it has an Ed448 key/],
  [
    unusableAuthority('curve CA', 'secp256k1'),
    /CN=curve CA\): it has a key on the curve secp256k1/,
  ],
  [
    unusableAuthority('PSS CA', 'pss2048-sha1'),
    /CN=PSS CA\): it has an RSASSA-PSS key with parameters/,
  ],
  [
    unusableAuthority('short CA', 'rsa1024'),
    /CN=short CA\): its key, RSA 1024, is not strong enough/,
  ],
];
const pemOf = (...list: readonly IssuedCertificate[]): string => list.map((o) => o.pem).join('');
const spoilt = pemOf(...UNUSABLE.map(([certificate]) => certificate));

/** An old root: the algorithm of its signature on itself need not be known. */
const old = createAuthority('old CA', { key: generateKey('rsa2048'), signature: 'rsa-md5' });

/** A client of the CA with a weak key, which Node can sign with. */
const ofShort = issueClient(UNUSABLE[3]?.[0] ?? authority, 'test client');

const client = { client: { when: { 'subject.CN': ['test client', 'old client'] } } };
const start = (ca: string, more: Readonly<Record<string, unknown>> = {}) =>
  startGateway({
    credentials,
    config: (_, folder) => {
      writeFileSync(join(folder, 'ca.crt'), ca);
      writeFileSync(join(folder, 'services.crt'), spoilt + authority.pem);
      return { ...adminConfig(credentials), clients: client, ...more };
    },
  });

test('clients of the CAs that can be used get in, and the start, check and status name the others', async (t) => {
  const gateway = await start(spoilt + pemOf(old, authority));
  t.teardown(() => gateway.stop());
  t.same(await visit(gateway), [200, 200]);
  t.same(await visit(gateway, { client: issueClient(old, 'old client') }), [200, 200]);
  t.notOk((await visit(gateway, { client: ofShort })).includes(200), 'of a CA with a weak key');

  await gateway.log.event('admin-listening');
  const warnings = gateway.log.lines.filter(({ code }) => code === 'anchor-unusable');
  const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
  const { code, told } = await check(gateway.folder);
  t.equal(code, 0, 'they are warnings');
  t.equal(warnings.length, UNUSABLE.length);
  for (const [index, [, found]] of UNUSABLE.entries()) {
    const expected = { event: 'config-issue', level: 'warning', at: '/trust/clients/ca', found };
    t.match(warnings[index], expected);
    t.match(told, found);
    t.match(JSON.stringify(body.lastReload), found);
  }
});

test('a bundle of which nothing can be used is refused at the start and at a reload, and says why', async (t) => {
  const folder = folderWith(credentials, { 'ca.crt': spoilt });
  const { code, told } = await check(folder);
  t.equal(code, 1);
  t.match(told, /none of its certificates can be used: .*an Ed448 key/);
  t.match(
    told,
    /^ {2}fix {7}put a CA certificate there with an RSA key, or an ECDSA key on P-256/m,
  );
  const run = runPinlatch(['run', '--log-format', 'json'], { cwd: folder });
  t.not((await run.exited).code, 0);

  const gateway = await start(spoilt + authority.pem);
  t.teardown(() => gateway.stop());
  const outcome = await outcomeOf(gateway, () => {
    writeFileSync(join(gateway.folder, 'ca.crt'), spoilt);
    gateway.signal('SIGHUP');
  });
  t.match(outcome, { event: 'reload-failed', reason: /none of its certificates can be used/ });
  t.same(await visit(gateway), [200, 200], 'the bundle before goes on serving');
  const again = await outcomeOf(gateway, () => {
    writeFileSync(join(gateway.folder, 'ca.crt'), spoilt + pemOf(authority, old));
    gateway.signal('SIGHUP');
  });
  t.match(again, { event: 'reloaded' });
  t.same(await visit(gateway, { client: issueClient(old, 'old client') }), [200, 200]);
});

test('the CA of a service that can be used is, beside others that cannot', async (t) => {
  for (const version of VERSIONS) {
    const upstream = await startSecureUpstream({ certificate: issueServer(authority), version });
    const gateway = await start(authority.pem, {
      trust: { clients: { ca: ['ca.crt'] }, services: { ca: ['services.crt'] } },
      upstreams: {
        service: {
          endpoints: [`https://localhost:${upstream.port}`],
          tls: { trust: 'services' },
        },
      },
      routes: [{ name: 'api', match: { path: '/api' }, allow: ['client'], proxy: 'service' }],
    });
    const asked = { port: gateway.port, authority, client: credentials.client, version };
    t.equal((await call({ ...asked, path: '/api' })).body, 'ok\n', version);
    await gateway.stop();
    await upstream.close();
  }
});
