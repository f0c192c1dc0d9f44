import { test } from 'tap';

import { issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import { issueKiosk, POLICY, startConditionGateway } from '../support/condition-clients.js';
import type { Config } from '../support/gateway.js';
import { VERSIONS } from '../support/mtls-matrix.js';

type Conditions = Readonly<Record<string, unknown>>;

const WHOLE = 'CN=kiosk 7,OU=hall,OU=kiosks,O=Acme\\, Inc.,C=DE';

/** Each holds for the kiosk, and not for a plain certificate of the same authority. */
const HOLDING: Conditions = {
  subject: { subject: WHOLE },
  attribute: { 'subject.O': 'Acme, Inc.' },
  'second-unit': { 'subject.OU': 'hall' },
  'one-of': { 'subject.C': ['FR', 'DE'] },
  pattern: { 'subject.CN': { glob: 'kiosk ?' } },
  serial: { serial: '0A:1B:2C' },
  dns: { 'san.dns': 'kiosk-7.HALL.example.com' },
  'dns-pattern': { 'san.dns': { glob: '*.hall.example.com' } },
  'dns-below': { 'san.dns': { glob: '**.example.com' } },
  uri: { 'san.uri': { glob: 'spiffe://example.org/kiosk/*' } },
  email: { 'san.email': 'Ops@example.com' },
  address: { 'san.ip': '10.1.2.3' },
  network: { 'san.ip': { cidr: '2001:db8::/32' } },
  policy: { policies: POLICY },
  all: { all: [{ 'subject.C': 'DE' }, { 'issuer.CN': 'Device CA' }] },
  any: { any: [{ 'subject.C': 'FR' }, { 'san.ip': { cidr: '10.0.0.0/8' } }] },
  not: { 'subject.O': 'Acme, Inc.', not: { 'subject.OU': 'sales' } },
};

/** Each fails for the kiosk. */
const FAILING: Conditions = {
  subject: { subject: 'CN=kiosk 7,OU=kiosks,OU=hall,O=Acme\\, Inc.,C=DE' },
  attribute: { 'subject.O': 'Acme' },
  case: { 'subject.O': 'acme, inc.' },
  issuer: { 'issuer.CN': 'kiosk 7' },
  lacking: { 'subject.L': { glob: '*' } },
  'dns-pattern': { 'san.dns': { glob: '*.example.com' } },
  uri: { 'san.uri': { glob: 'spiffe://example.org/*' } },
  email: { 'san.email': 'ops@example.com' },
  network: { 'san.ip': { cidr: '10.2.0.0/16' } },
  over: { notAfter: { before: '2020-01-01T00:00:00Z' } },
  all: { all: [{ 'subject.C': 'DE' }, { 'issuer.CN': 'Other CA' }] },
  not: { 'subject.O': 'Acme, Inc.', not: { 'subject.OU': 'hall' } },
};

const unpinned = (conditions: Conditions) =>
  Object.fromEntries(
    Object.entries(conditions).map(([name, when]) => [name, (): Config => ({ when })]),
  );

for (const version of VERSIONS) {
  test(`on ${version}, a certificate of which a condition holds is let in, another is not`, async (t) => {
    const gateway = await startConditionGateway(unpinned(HOLDING));
    t.teardown(() => gateway.stop());
    const { port, credentials, kiosk, plain } = gateway;
    const status = async (path: string, client = kiosk): Promise<number> =>
      (await call({ port, authority: credentials.authority, client, version, path })).status;
    for (const name of Object.keys(HOLDING)) {
      t.equal(await status(`/${name}`), 200, name);
      t.equal(await status(`/${name}`, plain), 403, `${name}, of a plain certificate`);
    }
  });

  test(`on ${version}, a certificate of which a condition fails is refused, and the log says why`, async (t) => {
    const gateway = await startConditionGateway(unpinned(FAILING));
    t.teardown(() => gateway.stop());
    const { port, credentials, kiosk, log } = gateway;
    for (const name of Object.keys(FAILING)) {
      const path = `/${name}`;
      const reply = await call({
        port,
        authority: credentials.authority,
        client: kiosk,
        version,
        path,
      });
      t.equal(reply.status, 403, name);
      const { code, requestId } = JSON.parse(reply.body);
      t.equal(code, 'not-pinned');
      t.notMatch(reply.body, /expected|presented|Acme/, 'nothing of it goes outward');
      const line = await log.find(
        (l) => l.event === 'request-refused' && l.requestId === requestId,
      );
      const [finding = '', ...rest] = line.findings as string[];
      t.ok(finding.startsWith(`client "${name}": `) && / presented /.test(finding), finding);
      t.same(rest, []);
    }
  });

  test(`on ${version}, pins and condition must both hold`, async (t) => {
    const when = { 'subject.OU': 'kiosks' };
    const gateway = await startConditionGateway({
      both: ({ sha256 }) => ({ pins: [sha256], when }),
      'pin-only': ({ sha256 }) => ({ pins: [sha256], when: { 'subject.OU': 'sales' } }),
      'condition-only': () => ({ pins: ['11'.repeat(32)], when }),
    });
    t.teardown(() => gateway.stop());
    const { port, credentials, kiosk } = gateway;
    const { authority } = credentials;
    const status = async (path: string, client = kiosk): Promise<number> =>
      (await call({ port, authority, client, version, path })).status;
    t.equal(await status('/both'), 200);
    t.equal(await status('/pin-only'), 403);
    t.equal(await status('/condition-only'), 403);
    t.equal(
      await status('/both', issueKiosk(authority)),
      403,
      'the same fields, another certificate',
    );
  });

  test(`on ${version}, a condition does not replace the chain`, async (t) => {
    const gateway = await startConditionGateway(unpinned({ kiosk: { 'subject.OU': 'kiosks' } }));
    t.teardown(() => gateway.stop());
    const { port, credentials } = gateway;
    const stranger = issueKiosk(issueClient(credentials.authority, 'not an authority'));
    const request = { port, authority: credentials.authority, version, path: '/kiosk' };
    await t.rejects(call({ ...request, client: stranger }), 'the handshake fails');
    await t.rejects(call(request), 'and without a certificate');
  });
}
