import { test } from 'tap';

import { createAuthority, type IssuedCertificate, issueClient } from '../support/certificates.js';
import { basicConstraints, keyUsage, subjectAltName } from '../support/extensions.js';
import { type Config, makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { connectHttp, type HttpConnection } from '../support/http-connection.js';
import { startRecordingUpstream } from '../support/recording-upstream.js';
import type { StrictRequest } from '../support/strict-http-reader.js';

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

const credentials = makeCredentials();
const { authority } = credentials;
const intermediate = createAuthority(
  [
    ['C', 'FR'],
    ['CN', 'test intermediate'],
  ],
  { issuer: authority },
);
// Everything in the names that a header, a quoted value or another attribute could be made of.
const leaf = issueClient(
  intermediate,
  [
    ['C', 'FR'],
    ['O', 'Acme, Inc;By=x'],
    ['CN', 'é "7" \\ /CN=root\r\nX-Admin: yes'],
  ],
  { serial: 0x0a1bn, names: [{ uri: 'spiffe://board/7' }, { dns: 'seven.local' }] },
);
const client = { ...leaf, pem: leaf.pem + intermediate.pem };
const chain = [leaf, intermediate, authority];

const CN = String.raw`\C3\A9 \"7\" \\ /CN=root\0D\0AX-Admin: yes`;
const S_DN = String.raw`CN=${CN},O=Acme\, Inc\;By=x,C=FR`;
const I_DN = 'CN=test intermediate,C=FR';
const urlEncoded = (pem: string): string => encodeURIComponent(pem);
const base64 = ({ der }: IssuedCertificate): string => der.toString('base64');
const fields = (told: Readonly<Record<string, string>>): [string, string][] => Object.entries(told);

/** TOLD is what the upstream hears of this client, by preset. */
const TOLD: readonly {
  readonly name: string;
  readonly entry: unknown;
  told: [string, string][];
}[] = [
  {
    name: 'rfc9440',
    entry: 'rfc9440',
    told: fields({
      'Client-Cert': `:${base64(leaf)}:`,
      'Client-Cert-Chain': `:${base64(intermediate)}:, :${base64(authority)}:`,
    }),
  },
  {
    name: 'envoy',
    entry: { envoy: ['by', 'hash', 'cert', 'chain', 'subject', 'uri', 'dns'] },
    told: fields({
      'X-Forwarded-Client-Cert': [
        `By=localhost;Hash=${leaf.sha256};Cert="${urlEncoded(leaf.pem)}"`,
        `Chain="${urlEncoded(chain.map(({ pem }) => pem).join(''))}"`,
        `Subject="${S_DN.replace(String.raw`\\`, String.raw`\5C`)}"`,
        'URI=spiffe://board/7;DNS=seven.local',
      ].join(';'),
    }),
  },
  {
    name: 'haproxy',
    entry: 'haproxy',
    told: fields({
      'X-SSL-Client-Verify': '0',
      'X-SSL-Client-DN': String.raw`/C=FR/O=Acme, Inc;By=x/CN=\xC3\xA9 "7" \x5C \x2FCN=root\x0D\x0AX-Admin: yes`,
      'X-SSL-Client-CN': String.raw`\xC3\xA9 "7" \x5C \x2FCN=root\x0D\x0AX-Admin: yes`,
      'X-SSL-Issuer': '/C=FR/CN=test intermediate',
      'X-SSL-Client-NotBefore': '<time>',
      'X-SSL-Client-NotAfter': '<time>',
      'X-SSL-Client-SHA1': leaf.sha1.toUpperCase(),
      'X-SSL-Client-Serial': '0A1B',
    }),
  },
  {
    name: 'nginx',
    entry: 'nginx',
    told: fields({
      'X-SSL-Client-Verify': 'SUCCESS',
      'X-SSL-Client-Fingerprint': leaf.sha1,
      'X-SSL-Client-S-DN': S_DN,
      'X-SSL-Client-I-DN': I_DN,
      'X-SSL-Client-Cert': urlEncoded(leaf.pem),
    }),
  },
  {
    name: 'traefik',
    entry: 'traefik',
    told: fields({ 'X-Forwarded-Tls-Client-Cert': chain.map(base64).join(',') }),
  },
  {
    name: 'zato',
    entry: 'zato',
    told: fields({
      'X-Zato-TLS-Fingerprint': leaf.sha1.toUpperCase(),
      'X-Zato-TLS-Fingerprint-SHA256': leaf.sha256.toUpperCase(),
      'X-Zato-TLS-Subject': S_DN,
      'X-Zato-TLS-DN': S_DN,
      'X-Zato-TLS-Issuer': I_DN,
      'X-Zato-TLS-Issuer-CN': 'test intermediate',
      'X-Zato-TLS-Serial': '0A1B',
      'X-Zato-TLS-CN': CN,
      'X-Zato-TLS-commonName': CN,
      'X-Zato-TLS-O': String.raw`Acme\, Inc\;By=x`,
      'X-Zato-TLS-organizationName': String.raw`Acme\, Inc\;By=x`,
      'X-Zato-TLS-C': 'FR',
      'X-Zato-TLS-countryName': 'FR',
    }),
  },
  {
    name: 'aws',
    entry: 'aws',
    told: fields({
      'X-Amzn-Mtls-Clientcert-Serial-Number': '0A1B',
      'X-Amzn-Mtls-Clientcert-Issuer': I_DN,
      'X-Amzn-Mtls-Clientcert-Subject': S_DN,
      'X-Amzn-Mtls-Clientcert-Validity': 'NotBefore=<time>;NotAfter=<time>',
      'X-Amzn-Mtls-Clientcert-Leaf': urlEncoded(leaf.pem).replaceAll(
        /%(2B|3D|2F)/g,
        decodeURIComponent,
      ),
    }),
  },
  {
    name: 'rfc7239',
    entry: 'rfc7239',
    told: fields({ Forwarded: 'for=127.9.8.7;proto=https;host="api.local"' }),
  },
  {
    name: 'own',
    entry: { header: 'X-Client-URI', field: 'san.uri' },
    told: fields({ 'X-Client-URI': 'spiffe://board/7' }),
  },
];

const EVERY_REQUEST = /^(via|host|x-forwarded-(for|proto|host|port)|x-request-id)$/i;

const timeless = (value: string): string =>
  value.replaceAll(/\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{12}Z)/g, '<time>');

async function setUp(edge: Config, routes: (url: string) => readonly Config[]) {
  const upstream = await startRecordingUpstream();
  const config = (): Config => {
    const usual = usualConfig(credentials, upstream.url);
    const { edge: plain } = usual.listeners as { readonly edge: Config };
    return { ...usual, listeners: { edge: { ...plain, ...edge } }, routes: routes(upstream.url) };
  };
  const gateway = await startGateway({ credentials, config });
  /** ask returns what the upstream was told in each request, besides what every request says. */
  const ask = async (connection: HttpConnection, paths: readonly string[], more = '') => {
    const before = upstream.judged().flatMap(({ requests }) => requests).length;
    for (const path of paths) {
      await connection.send(`GET ${path} HTTP/1.1\r\nHost: api.local\r\n${more}\r\n`);
      await connection.readResponse();
    }
    const got = upstream.judged().flatMap(({ requests }) => requests);
    return got.slice(before).map((request) => ({
      path: request.target,
      told: request.fields
        .filter(([name]) => !EVERY_REQUEST.test(name))
        .map(([name, value]) => [name, timeless(value)]),
      port: request.fields.find(([name]) => name === 'X-Forwarded-Port')?.[1],
    }));
  };
  const stop = async (): Promise<void> => {
    await gateway.stop();
    await upstream.close();
  };
  return { gateway, ask, stop };
}

const open = (name: string, forwardIdentity?: unknown): Config => ({
  name,
  match: { path: `/${name}` },
  allow: 'anyone',
  proxy: 'service',
  ...(forwardIdentity === undefined ? {} : { forwardIdentity }),
});

const connect = (port: number, version: (typeof VERSIONS)[number], who?: IssuedCertificate) =>
  connectHttp({
    port,
    authority,
    version,
    localAddress: '127.9.8.7',
    ...(who === undefined ? {} : { client: who }),
  });

test('every preset, on the listener, on a route and together', async (t) => {
  // haproxy and nginx both write X-SSL-Client-Verify and exclude each other.
  const together = TOLD.filter(({ name }) => name !== 'nginx');
  const edge = { clientAuth: 'optional', forwardIdentity: together.map(({ entry }) => entry) };
  const { gateway, ask, stop } = await setUp(edge, () => [
    open('all'),
    open('silent', []),
    ...TOLD.map(({ name, entry }) => open(name, [entry])),
  ]);
  t.teardown(stop);
  // A head has room for each name in one spelling.
  const spellings = [
    (name: string) => name,
    (name: string) => name.replaceAll('-', '_'),
    (name: string) => name.toUpperCase(),
  ];
  const names = TOLD.flatMap(({ told }) => told).map(([name]) => name);
  for (const version of VERSIONS) {
    for (const [which, spelled] of spellings.entries()) {
      const forged = names.map((name) => `${spelled(name)}: forged\r\n`).join('');
      const how = `${version}, forged in spelling ${which}`;
      const connection = await connect(gateway.port, version, client);
      const paths = ['/all', '/silent', ...TOLD.map(({ name }) => `/${name}`)];
      const [all, silent, ...single] = await ask(connection, paths, forged);
      connection.end();
      const forwarded = together.find(({ name }) => name === 'rfc7239')?.told ?? [];
      const others = together.filter(({ name }) => name !== 'rfc7239').flatMap((each) => each.told);
      t.same(all?.told, [...forwarded, ...others], `all of them, ${how}`);
      t.equal(all?.port, String(gateway.port));
      t.same(silent?.told, [], `a route that tells nothing, ${how}`);
      for (const [index, { name, told: expected }] of TOLD.entries()) {
        t.same(single[index]?.told, expected, `${name}, ${how}`);
      }
    }
  }
});

test('without a certificate the upstream hears of its absence, and of nobody', async (t) => {
  const { gateway, ask, stop } = await setUp({ clientAuth: 'optional' }, () =>
    TOLD.map(({ name, entry }) => open(name, [entry])),
  );
  t.teardown(stop);
  const spoken: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    haproxy: [['X-SSL-Client-Verify', 'NONE']],
    nginx: [['X-SSL-Client-Verify', 'NONE']],
    rfc7239: [['Forwarded', 'for=127.9.8.7;proto=https;host="api.local"']],
  };
  for (const version of VERSIONS) {
    const connection = await connect(gateway.port, version);
    const forged = 'X-SSL-Client-Verify: SUCCESS\r\nx_client_uri: spiffe://root\r\n';
    const told = await ask(
      connection,
      TOLD.map(({ name }) => `/${name}`),
      forged,
    );
    connection.end();
    for (const [index, { name }] of TOLD.entries()) {
      t.same(told[index]?.told, spoken[name] ?? [], `${name}, ${version}`);
    }
  }
});

test('what upstreams would not take is left out, and the log says so', async (t) => {
  const names = Array.from({ length: 150 }, (_, i) => ({ dns: `${i}.${'x'.repeat(40)}.local` }));
  const bulky = createAuthority('bulky', {
    issuer: authority,
    extensions: [basicConstraints(true), keyUsage(['keyCertSign']), subjectAltName(names)],
  });
  const small = issueClient(bulky, 'small');
  const { gateway, ask, stop } = await setUp({ forwardIdentity: ['rfc9440'] }, () => [
    { ...open('all'), allow: 'any-trusted' },
  ]);
  t.teardown(stop);
  for (const version of VERSIONS) {
    const connection = await connect(gateway.port, version, {
      ...small,
      pem: small.pem + bulky.pem,
    });
    const [first, second] = await ask(connection, ['/all', '/all']);
    connection.end();
    t.same(first?.told, [['Client-Cert', `:${base64(small)}:`]]);
    t.same(second?.told, first?.told);
  }
  const line = await gateway.log.find(({ event }) => event === 'identity-omitted');
  t.match(line, {
    type: 'security',
    listener: 'edge',
    route: 'all',
    fields: ['Client-Cert-Chain'],
  });
  t.match(line, { fingerprint: `sha256:${small.sha256}` });
});

test('a connection that is open when presets come tells what they ask for', async (t) => {
  const upstream = await startRecordingUpstream();
  t.teardown(() => upstream.close());
  const config = (forwardIdentity: readonly unknown[]): Config => ({
    ...usualConfig(credentials, upstream.url),
    routes: [{ ...open('all', forwardIdentity), allow: 'any-trusted' }],
  });
  const gateway = await startGateway({ credentials, config: () => config([]) });
  t.teardown(() => gateway.stop());
  const connections = await Promise.all(
    VERSIONS.map((version) => connect(gateway.port, version, client)),
  );
  const ask = async (connection: HttpConnection): Promise<unknown> => {
    await connection.send('GET /all HTTP/1.1\r\nHost: api.local\r\n\r\n');
    const id = (await connection.readResponse()).header('x-request-id');
    const said = (fields: StrictRequest['fields'], field: string) =>
      fields.find(([name]) => name === field)?.[1];
    const heard = upstream.judged().flatMap(({ requests }) => requests);
    const request = heard.find(({ fields }) => said(fields, 'X-Request-Id') === id);
    return ['Client-Cert-Chain', 'X-Zato-TLS-Serial'].map((name) =>
      said(request?.fields ?? [], name),
    );
  };
  for (const connection of connections) t.same(await ask(connection), [undefined, undefined]);
  gateway.writeConfig(config(['rfc9440', 'zato']));
  gateway.signal('SIGHUP');
  await gateway.log.event('reloaded');
  const after = [`:${base64(intermediate)}:, :${base64(authority)}:`, '0A1B'];
  for (const connection of connections) {
    // Each worker takes the new generation when it gets to it.
    let told = await ask(connection);
    for (let turn = 0; turn < 1000 && JSON.stringify(told) === '[null,null]'; ++turn) {
      told = await ask(connection);
    }
    t.same(told, after);
    connection.end();
  }
});
