import { test } from 'tap';

import { startGateway, type TestGateway } from '../support/gateway.js';
import { connectHttp, isHttp2 } from '../support/http-connection.js';
import { type ProxyOptions, proxyConfig } from '../support/proxy-config.js';
import { type RecordingUpstream, startRecordingUpstream } from '../support/recording-upstream.js';
import { type StrictRequest, valuesOf } from '../support/strict-http-reader.js';

const LIE = 'forged';

/** Every name by which an upstream of this field may know its client, as conventions and CGI spell it. */
const NAMES = [
  'X-Forwarded-Client-Cert',
  'Client-Cert',
  'Client-Cert-Chain',
  'X-SSL-Client-Verify',
  'X-SSL-Client-DN',
  'X-SSL-Client-CN',
  'X-SSL-Client-SHA1',
  'X-SSL-Client-Fingerprint',
  'X-SSL-Client-S-DN',
  'X-SSL-Issuer',
  'X-SSL-Client-Cert',
  'X-Forwarded-Tls-Client-Cert',
  'X-Forwarded-Tls-Client-Cert-Info',
  'X-Zato-TLS-Fingerprint',
  'X-Amzn-Mtls-Clientcert-Leaf',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'X-Forwarded-Host',
  'X-Forwarded-Port',
  'X-Real-IP',
  'Forwarded',
  'X-Request-Id',
];

/** Names of this configuration's own, which a route elsewhere writes. */
const OWN_NAMES = ['X-Board-Serial', 'Who'];

/** Names of presets that are many: one attempt more, since a request has at most so many fields. */
const MORE_NAMES = [
  'X-SSL-Client-NotBefore',
  'X-SSL-Client-NotAfter',
  'X-SSL-Client-Serial',
  'X-SSL-Client-I-DN',
  'X-Zato-TLS-Subject',
  'X-Zato-TLS-CN',
  'X-Amzn-Mtls-Clientcert-Serial-Number',
  'X-Amzn-Mtls-Clientcert-Issuer',
  'X-Amzn-Mtls-Clientcert-Subject',
  'X-Amzn-Mtls-Clientcert-Validity',
  ...OWN_NAMES,
];

const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toLowerCase(),
  (name) => name.toUpperCase(),
  (name) => name.replaceAll('-', '_'),
  (name) => name.toUpperCase().replaceAll('-', '_'),
  (name) => name.replaceAll('-', '.'),
  (name) => name.replace('-', '_'),
  (name) => name.replace('-', '~'),
];

const forge = (names: readonly string[]): string[] =>
  names.flatMap((name) => SPELLINGS.map((spell) => `${spell(name)}: ${LIE}`));

const HOP_BY_HOP = [
  'Connection: X-Mine, keep-alive',
  'Keep-Alive: timeout=5',
  'Proxy-Connection: keep-alive',
  'Proxy-Authorization: Basic Zm9v',
  'TE: trailers',
  'Trailer: X-Forwarded-Client-Cert',
  'Upgrade: websocket',
  'X-Mine: ends here',
];

/** chunked is a body with trailer fields. */
const chunked = (...trailer: string[]) =>
  ['Transfer-Encoding: chunked', '', '2', 'hi', '0', ...trailer, '', ''].join('\r\n');
const noBody = '\r\n';

/** ATTEMPTS are what a client says besides the request line and Host; each ends the request. */
const ATTEMPTS: Readonly<Record<string, string>> = {
  'in any spelling': `${forge(NAMES).join('\r\n')}\r\n${noBody}`,
  'in any spelling, more of them': `${forge(MORE_NAMES).join('\r\n')}\r\n${noBody}`,
  'several times': `${`X-Forwarded-Client-Cert: Hash=${LIE}\r\n`.repeat(5)}${noBody}`,
  'with an empty value first': `X-Forwarded-Client-Cert:\r\nX-Forwarded-Client-Cert: ${LIE}\r\n${noBody}`,
  'named in Connection': `Connection: x-forwarded-client-cert, X-Forwarded-For, X-Forwarded-Proto, x-request-id\r\nX-Forwarded-Client-Cert: ${LIE}\r\n${noBody}`,
  'named in Connection with underscores': `Connection: x_forwarded_client_cert\r\nX_Forwarded_Client_Cert: ${LIE}\r\n${noBody}`,
  'in trailers': chunked(`X-Forwarded-Client-Cert: Hash=${LIE}`, `X-Forwarded-For: ${LIE}`),
  'between hop-by-hop fields': `${HOP_BY_HOP.join('\r\n')}\r\n${noBody}`,
};

// HTTP/2 has no such fields: a request with one is malformed (http2-header-blocks-are-whole-and-valid).
const OF_HTTP1 = ['between hop-by-hop fields'];
const MADE = Object.entries(ATTEMPTS).filter(([how]) => !(isHttp2() && OF_HTTP1.includes(how)));

interface Setting {
  readonly upstream: RecordingUpstream;
  readonly gateway: TestGateway;
}

async function setUp(options: ProxyOptions): Promise<Setting> {
  const upstream = await startRecordingUpstream();
  // A name that any route invents belongs to the gateway on all of them.
  const elsewhere = {
    name: 'elsewhere',
    match: { path: '/elsewhere' },
    allow: 'any-trusted',
    proxy: 'service',
    forwardIdentity: [
      { header: 'Who', field: 'subject.CN' },
      { header: 'x_board_serial', field: 'serial' },
    ],
  };
  const more = { ...ATTEMPT_LIMITS, more: [elsewhere] };
  const gateway = await startGateway({
    config: proxyConfig(upstream.url, { ...more, ...options }),
  });
  return { upstream, gateway };
}

// The usual hundred fields would refuse the attempt in every spelling before it is looked at.
const ATTEMPT_LIMITS = { limits: { headFields: 256 } };

/** attempt makes all attempts on one connection and returns what the upstream got for each. */
async function attempt(
  { gateway, upstream }: Setting,
  version: 'TLSv1.2' | 'TLSv1.3',
  anonymous: boolean,
) {
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const who = anonymous ? {} : { client };
  const connection = await connectHttp({
    port,
    authority,
    version,
    localAddress: '127.9.8.7',
    ...who,
  });
  const ids: string[] = [];
  for (const [, lines] of MADE) {
    await connection.send(`POST /orders HTTP/1.1\r\nHost: api.local\r\nX-Kept: 1\r\n${lines}`);
    const response = await connection.readResponse();
    ids.push(`${response.status} ${response.header('x-request-id')}`);
  }
  connection.end();
  await connection.closed;
  const got = upstream.judged().flatMap(({ requests }) => requests);
  await gateway.stop();
  await upstream.close();
  return { ids, got };
}

const OURS = new Set([
  'via',
  'x-forwarded-client-cert',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-request-id',
  'x-board-serial',
]);
const THEIRS = new Set(['host', 'x-kept', 'transfer-encoding']);

/** foreign lists the names in a request that neither the gateway wrote nor this client may say. */
const foreign = ({ fields }: StrictRequest): string[] =>
  fields.map(([name]) => name.toLowerCase()).filter((name) => !OURS.has(name) && !THEIRS.has(name));

const CASES: readonly {
  readonly name: string;
  readonly options: ProxyOptions;
  readonly anonymous?: true;
  readonly identified: boolean;
}[] = [
  {
    name: 'a listener that forwards the identity',
    options: { forwardIdentity: ['envoy', { header: 'X-Board-Serial', field: 'serial' }] },
    identified: true,
  },
  { name: 'a listener that does not', options: {}, identified: false },
  {
    name: 'no certificate where none is needed',
    options: { forwardIdentity: ['envoy'], clientAuth: 'optional', allow: 'anyone' },
    anonymous: true,
    identified: false,
  },
  {
    name: 'a certificate where none is needed',
    options: { forwardIdentity: ['envoy'], clientAuth: 'optional', allow: 'anyone' },
    identified: true,
  },
];

for (const { name, options, anonymous = false, identified } of CASES) {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`${name}, ${version}`, async (t) => {
      const setting = await setUp(options);
      const { ids, got } = await attempt(setting, version, anonymous);
      const { sha256, serial: number } = setting.gateway.credentials.client;
      const serial = number.toString(16).toUpperCase();
      const own = identified && (options.forwardIdentity?.length ?? 0) > 1;
      const expected = identified ? [`Hash=${sha256};Subject="CN=test client"`] : [];
      t.equal(got.length, ids.length, 'every attempt is served');
      for (const [index, [how]] of MADE.entries()) {
        const request = got[index];
        if (request === undefined) continue;
        const said = (field: string) => valuesOf(request.fields, field);
        t.same(said('x-forwarded-client-cert'), expected, `${how}: the true identity`);
        t.same(said('x-forwarded-for'), ['127.9.8.7'], `${how}: the true peer`);
        t.same(said('x-forwarded-proto'), ['https']);
        t.same(said('x-forwarded-host'), ['api.local']);
        t.same(said('x-forwarded-port'), [String(setting.gateway.port)]);
        t.same(said('x-board-serial'), own ? [serial] : [], `${how}: the true serial number`);
        t.same(said('x-request-id'), [ids[index]?.slice(4)], `${how}: the id of the log`);
        t.same(said('x-kept'), ['1'], `${how}: what is the client's own goes on`);
        t.same(foreign(request), [], `${how}: nothing else does`);
        t.notOk(JSON.stringify(request).includes(LIE));
      }
    });
  }
}
