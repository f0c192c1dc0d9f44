import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import {
  createAuthority,
  type IssuedCertificate,
  issueCertificate,
  issueClient,
} from '../support/certificates.js';
import { call } from '../support/client.js';
import { objectIdentifier, sequence } from '../support/der.js';
import {
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  rawExtension,
  subjectAltName,
} from '../support/extensions.js';
import {
  type Config,
  type Credentials,
  makeCredentials,
  runPinlatch,
  startGateway,
  type TestGateway,
} from '../support/gateway.js';
import { keepAlive } from '../support/kept-alive.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { RawClient } from '../support/raw-client.js';
import { outcomeOf } from '../support/reloads.js';

const LOW = '1.3.6.1.4.1.99999.1';
const HIGH = '1.3.6.1.4.1.99999.9';

const policies = (...numbers: readonly string[]): Extension =>
  rawExtension(
    '2.5.29.32',
    true,
    sequence(...numbers.map((number) => sequence(objectIdentifier(number)))),
  );
const mapping = (from: string, to: string): Extension =>
  rawExtension('2.5.29.33', true, sequence(sequence(objectIdentifier(from), objectIdentifier(to))));

const AUTHORITY = [basicConstraints(true), keyUsage(['keyCertSign', 'cRLSign'])];
const CLIENT = [
  basicConstraints(false),
  keyUsage(['digitalSignature']),
  extendedKeyUsage(['clientAuth']),
];

/** below makes an intermediate with these extensions, and a client of it that asserts policies. */
function below(
  root: IssuedCertificate,
  name: string,
  extensions: readonly Extension[],
  asserted: readonly string[] = [HIGH],
) {
  const authority = createAuthority(name, {
    issuer: root,
    extensions: [...AUTHORITY, ...extensions],
  });
  const leaf = issueClient(authority, `client of ${name}`, {
    extensions: [...CLIENT, subjectAltName([{ dns: 'a.example.com' }]), policies(...asserted)],
  });
  return { authority, client: { ...leaf, pem: leaf.pem + authority.pem } };
}

const CONDITIONS: Readonly<Record<string, unknown>> = {
  high: { policies: HIGH },
  low: { policies: LOW },
  'not-high': { 'san.dns': 'a.example.com', not: { policies: HIGH } },
};

function configWith(ca: readonly string[]): Config {
  return {
    workers: 1,
    trust: { clients: { ca } },
    clients: Object.fromEntries(Object.entries(CONDITIONS).map(([name, when]) => [name, { when }])),
    listeners: {
      edge: {
        bind: '127.0.0.1:0',
        certificates: [{ cert: 'server.crt', key: 'server.key' }],
        trust: 'clients',
      },
    },
    routes: Object.keys(CONDITIONS).map((name) => ({
      name,
      match: { path: `/${name}` },
      allow: [name],
      respond: { json: { name } },
    })),
  };
}

interface Site {
  readonly gateway: TestGateway;
  readonly credentials: Credentials;
}

async function start(files: Readonly<Record<string, IssuedCertificate>> = {}): Promise<Site> {
  const credentials = makeCredentials();
  const gateway = await startGateway({
    credentials,
    drainTimeout: '50ms',
    config: (_usual, folder) => {
      for (const [name, { pem }] of Object.entries(files)) writeFileSync(join(folder, name), pem);
      return configWith(['ca.crt']);
    },
  });
  return { gateway, credentials };
}

const KINDS: Readonly<
  Record<string, { extensions: readonly Extension[]; admits: readonly string[] }>
> = {
  'another policy': { extensions: [policies(LOW)], admits: [] },
  'no policy': { extensions: [], admits: [] },
  'the policy, mapped': { extensions: [policies(LOW), mapping(LOW, HIGH)], admits: ['low'] },
  'the policy': { extensions: [policies(LOW, HIGH)], admits: ['high'] },
  'any policy': { extensions: [policies('2.5.29.32.0')], admits: ['high'] },
};

test('a policy of a leaf counts below an authority that has it, and below no other', async (t) => {
  const { gateway, credentials } = await start();
  t.teardown(() => gateway.stop());
  const { port } = gateway;
  for (const [name, { extensions, admits }] of Object.entries(KINDS)) {
    const { client } = below(credentials.authority, name, extensions);
    for (const version of VERSIONS) {
      const request = { port, authority: credentials.authority, version };
      const first = await RawClient.connect({ ...request, client });
      const session = await first.ticket();
      first.destroy();
      for (const who of [{ client }, { session }]) {
        const admitted: string[] = [];
        for (const route of Object.keys(CONDITIONS)) {
          const { status } = await call({ ...request, ...who, path: `/${route}` });
          if (status === 200) admitted.push(route);
        }
        const how = 'session' in who ? 'resumed' : 'in full';
        t.same(admitted, admits, `below ${name}, ${version}, ${how}`);
      }
    }
  }
});

test('explain and the log say which policies count, and which are only claimed', async (t) => {
  const { gateway, credentials } = await start();
  t.teardown(() => gateway.stop());
  const { client } = below(credentials.authority, 'narrow', [policies(LOW)]);
  const { port, folder, log } = gateway;
  writeFileSync(join(folder, 'client.crt'), client.pem);
  const reply = await call({ port, authority: credentials.authority, client, path: '/high' });
  t.equal(reply.status, 403);
  const { requestId } = JSON.parse(reply.body);
  const line = await log.find((l) => l.event === 'request-refused' && l.requestId === requestId);
  const words = new RegExp(`presented only claims of "${HIGH}"`);
  t.match(line.findings, [words]);
  const dry = runPinlatch(
    ['explain', '--cert', 'client.crt', '--route', 'GET', 'https://localhost/high'],
    { cwd: folder },
  );
  const { code } = await dry.exited;
  t.equal(code, 1);
  t.match([...dry.output.text, ...dry.errors.text].join('\n'), words);
});

test('a connection that is judged again by another path has the policies of that one', async (t) => {
  const root = createAuthority('root');
  const { authority, client } = below(root, 'narrow', [policies(LOW)], [LOW, HIGH]);
  // The same authority as an anchor of its own, without policies that would bind.
  const wide = issueCertificate({
    subject: authority.subject,
    key: authority.key,
    extensions: AUTHORITY,
  });
  const { gateway, credentials } = await start({ 'root.crt': root, 'wide.crt': wide });
  t.teardown(() => gateway.stop());
  const reload = (anchor: string) =>
    outcomeOf(gateway, () => {
      gateway.writeConfig(configWith(['ca.crt', anchor]));
      gateway.signal('SIGHUP');
    });
  for (const version of VERSIONS) {
    t.match(await reload('wide.crt'), { event: 'reloaded' });
    const kept = await keepAlive({ port: gateway.port, credentials }, client, version);
    const statusOf = async (path: string) => (await kept.get(path)).slice(9, 12);
    t.same([await statusOf('/low'), await statusOf('/high')], ['200', '200'], version);
    t.match(await reload('root.crt'), { event: 'reloaded' });
    t.same([await statusOf('/low'), await statusOf('/high')], ['200', '403'], version);
    t.match(await reload('wide.crt'), { event: 'reloaded' });
    t.same([await statusOf('/low'), await statusOf('/high')], ['200', '200'], version);
    kept.tls.destroy();
  }
});
