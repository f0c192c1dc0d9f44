import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';
import { get, VERSIONS } from '../support/front.js';
import { type Config, makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { connectHttp } from '../support/http-connection.js';
import { issueRevocationList } from '../support/revocation-lists.js';
import { startSecureUpstream } from '../support/secure-upstream.js';
import { startUpstream } from '../support/upstream.js';

const DAY = 24 * 60 * 60 * 1000;
const authority = createAuthority('service CA');
const stranger = createAuthority('another CA');
const right = issueServer(authority, 'app', [{ dns: 'app.internal' }, { ip: '127.0.0.1' }]);
const wildcard = issueServer(authority, 'any', [{ dns: '*.internal' }]);
const revoked = issueServer(authority, 'old', [{ ip: '127.0.0.1' }]);

interface Case {
  readonly certificate: IssuedCertificate;
  readonly tls?: Config;
  /** Left out: it is let through. */
  readonly code?: string;
  readonly detail?: RegExp;
}

const untrusted = 'upstream-tls-untrusted';
const CASES: Readonly<Record<string, Case>> = {
  'its address': { certificate: right },
  'the name that is asked for': { certificate: right, tls: { serverName: 'app.internal' } },
  'a wildcard': { certificate: wildcard, tls: { serverName: 'APP.internal' } },
  'a pin': { certificate: right, tls: { pins: [`sha256:${right.sha256}`] } },
  'one pin of several': {
    certificate: right,
    tls: { pins: [`sha256:${wildcard.sha256}`, { sha1: right.sha1 }] },
  },
  'another authority': {
    certificate: issueServer(stranger),
    code: untrusted,
    detail: /service|another|no path|issuer/i,
  },
  'another name': {
    certificate: right,
    tls: { serverName: 'other.internal' },
    code: 'upstream-tls-wrong-name',
    detail: /is for app\.internal, 127\.0\.0\.1, not for other\.internal/,
  },
  'a wildcard two labels up': {
    certificate: wildcard,
    tls: { serverName: 'a.b.internal' },
    code: 'upstream-tls-wrong-name',
  },
  'its common name only': {
    certificate: issueServer(authority, 'app.internal', [{ dns: 'else.internal' }]),
    tls: { serverName: 'app.internal' },
    code: 'upstream-tls-wrong-name',
  },
  'another address': {
    certificate: issueServer(authority, 'app', [{ ip: '127.0.0.2' }, { dns: '127.0.0.1' }]),
    code: 'upstream-tls-wrong-name',
  },
  'a certificate for clients': {
    certificate: issueClient(authority, 'app', { names: [{ ip: '127.0.0.1' }] }),
    code: untrusted,
    detail: /serverAuth|extended key usage/i,
  },
  'an expired certificate': {
    certificate: issueServer(authority, 'app', [{ ip: '127.0.0.1' }], {
      notBefore: new Date(Date.now() - 2 * DAY),
      notAfter: new Date(Date.now() - DAY),
    }),
    code: untrusted,
    detail: /expired/,
  },
  'a revoked certificate': { certificate: revoked, code: untrusted, detail: /revoked/ },
  'another pin': {
    certificate: right,
    tls: { pins: [`sha256:${wildcard.sha256}`] },
    code: 'upstream-tls-not-pinned',
    detail: new RegExp(right.sha256),
  },
  'a pin that is over': {
    certificate: right,
    tls: { pins: [{ sha256: right.sha256, expires: '2020-01-01T00:00:00Z' }] },
    code: 'upstream-tls-not-pinned',
  },
  'a version that is too low': {
    certificate: right,
    tls: { minVersion: '1.3' },
    code: 'upstream-tls-failed',
  },
};

const credentials = makeCredentials();

/** A gateway with one upstream a port, and one route a port: /0, /1 and so on. */
async function startBefore(upstreams: readonly { readonly port: number; readonly tls?: Config }[]) {
  const allow = ['client'];
  return startGateway({
    credentials,
    config: (usual, folder) => {
      writeFileSync(join(folder, 'services.crt'), authority.pem);
      const list = issueRevocationList({
        issuer: authority,
        revoked: [{ serial: revoked.serial }],
      });
      writeFileSync(join(folder, 'services.crl'), list.pem);
      const config = usualConfig(usual);
      const services = { ca: ['services.crt'], crl: { files: ['services.crl'] } };
      const entries = upstreams.map(({ port, tls }, i) => [
        `u${i}`,
        { endpoints: [`https://127.0.0.1:${port}`], tls: { trust: 'services', ...tls } },
      ]);
      return {
        ...config,
        workers: 1,
        trust: { ...(config.trust as Config), services },
        upstreams: Object.fromEntries(entries),
        routes: upstreams.map((_, i) => ({
          name: `r${i}`,
          match: { path: `/${i}` },
          allow,
          proxy: `u${i}`,
        })),
      };
    },
  });
}

for (const version of VERSIONS) {
  test(`${version}: an upstream proves itself by its certificate or gets no request`, async (t) => {
    // TLS 1.3 is never too low.
    const cases = Object.entries(CASES).filter(
      ([, { tls }]) => tls?.minVersion !== '1.3' || version === 'TLSv1.2',
    );
    const upstreams = await Promise.all(
      cases.map(async ([, { certificate, tls = {} }]) => ({
        ...(await startSecureUpstream({ certificate, version })),
        tls,
      })),
    );
    t.teardown(() => Promise.all(upstreams.map((upstream) => upstream.close())));
    const gateway = await startBefore(upstreams);
    t.teardown(() => gateway.stop());
    const { authority: ca, client } = credentials;
    const connection = await connectHttp({ port: gateway.port, authority: ca, client });
    for (const [i, [what, { tls, code, detail }]] of cases.entries()) {
      await connection.send(get(`/${i}`));
      const response = await connection.readResponse();
      await connection.send(get(`/${i}`));
      await connection.readResponse();
      const upstream = upstreams[i];
      if (code === undefined) {
        t.equal(response.status, 200, what);
        t.equal(response.body.toString(), 'ok\n');
        const seen = { serverName: tls?.serverName ?? false, version, client: undefined };
        t.same(upstream?.seen, [seen], `one connection for both requests: ${what}`);
        continue;
      }
      t.equal(response.status, 502, what);
      t.equal(JSON.parse(response.body.toString()).code, code, what);
      t.notMatch(response.body.toString(), /internal|sha256|CA/, 'the client learns no more');
      const id = response.header('x-request-id');
      const line = await gateway.log.find(({ requestId }) => requestId === id);
      t.match(line, { code, source: 'upstream', ...(detail === undefined ? {} : { detail }) });
      t.equal(upstream?.requests(), 0, 'no request went there');
    }
    connection.destroy();
  });
}

test('an upstream that speaks plain HTTP where TLS is expected', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const gateway = await startBefore([upstream]);
  t.teardown(() => gateway.stop());
  const { authority: ca, client } = credentials;
  const connection = await connectHttp({ port: gateway.port, authority: ca, client });
  await connection.send(get('/0'));
  const response = await connection.readResponse();
  t.equal(response.status, 502);
  t.equal(JSON.parse(response.body.toString()).code, 'upstream-tls-failed');
  t.equal(upstream.requests.length, 0, 'no request leaves without TLS');
  connection.destroy();
});
