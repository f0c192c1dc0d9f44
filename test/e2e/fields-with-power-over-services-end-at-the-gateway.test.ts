import { readFileSync } from 'node:fs';
import { type Test, test } from 'tap';
import { call } from '../support/client.js';
import { startGateway, usualConfig } from '../support/gateway.js';
import { connectHttp, isHttp2 } from '../support/http-connection.js';
import { startUpstream } from '../support/upstream.js';

const SCHEMA = new URL('../../firmware-config/gateway.schema.json', import.meta.url);
const GUARDED: readonly string[] = JSON.parse(readFileSync(SCHEMA, 'utf8')).$defs.guardedField.enum;

/** start makes a gateway whose routes below /api have these keys too; `ask` returns what the service saw and the answer. */
async function start(t: Test, route: object, config: (clients: object) => object = () => ({})) {
  const upstream = await startUpstream((_request, response) => void response.end('ok'));
  t.teardown(() => upstream.close());
  const gateway = await startGateway({
    config: (credentials) => {
      const usual = usualConfig(credentials, upstream.url);
      const routes = (usual.routes as readonly object[]).map((one) =>
        'proxy' in one ? { ...one, ...route } : one,
      );
      return { ...usual, ...config(usual.clients as object), routes };
    },
  });
  t.teardown(() => gateway.stop());
  const { authority, client } = gateway.credentials;
  const ask = async (headers: Record<string, string>, method = 'GET', path = '/api/x') => {
    const before = upstream.requests.length;
    const reply = await call({ port: gateway.port, authority, client, path, method, headers });
    return { reply, seen: upstream.requests.slice(before)[0] };
  };
  return { gateway, upstream, ask };
}

const folded = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');
const namesSeen = (headers: object = {}): string[] => Object.keys(headers).map(folded);

test('none of the list reaches the service, in any spelling', async (t) => {
  const { ask } = await start(t, {});
  const spelled = ['X_Original_URL', 'x.rewrite.url', 'X-Remote-Extra-Scopes', 'x_remote_extra_y'];
  const all = [...GUARDED, ...spelled];
  // A head has room for so many.
  for (let from = 0; from < all.length; from += 60) {
    const part = all.slice(from, from + 60);
    const sent = Object.fromEntries(part.map((name) => [name, 'evil']));
    const { reply, seen } = await ask({ ...sent, 'X-Own': '1' });
    t.equal(reply.status, 200);
    const names = namesSeen(seen?.headers);
    t.same(
      part.map(folded).filter((name) => names.includes(name)),
      [],
    );
    t.notMatch(JSON.stringify(seen?.headers), /evil/);
    t.equal(seen?.headers['x-own'], '1');
  }
});

test('identity, target, address and scheme that gateways of others tell are on the list', async (t) => {
  const told = [
    ...['X-MS-CLIENT-PRINCIPAL', 'X-Goog-IAP-JWT-Assertion', 'X-Amzn-Oidc-Data', 'X-Client-DN'],
    ...['X-ARR-ClientCert', 'Cf-Access-Jwt-Assertion', 'X-Auth-Request-Email', 'Remote-Groups'],
    ...['X-Remote-Uid', 'X-WebAuth-Role', 'X-Authenticated-User', 'X-Remote-Extra-Any'],
    ...['X-Envoy-Original-Path', 'X-Rewrite-URI', 'X-Matched-Path', 'Disguised-Host'],
    ...['X-Envoy-External-Address', 'X-True-IP', 'DO-Connecting-IP', 'Incap-Client-IP'],
    ...['X-HTTPS', 'Fastly-SSL', 'X-Original-Scheme', 'X-Arr-SSL'],
  ];
  const { ask } = await start(t, {});
  const { seen } = await ask(Object.fromEntries(told.map((name) => [name, 'evil'])));
  t.notMatch(JSON.stringify(seen?.headers), /evil/);
});

test('of products that speak through a prefix the whole family is on the list', async (t) => {
  const told = [
    ...['WL-Proxy-Client-Cert', 'WL-Proxy-SSL', 'WL-Proxy-Client-Keysize', 'Proxy-Auth-Cert'],
    ...['$WSCC', '$WSRU', '$WSRA', '$WSIS', '_WS_HAPRT_WLMVERSION'],
    ...['iv-user', 'iv-groups', 'iv-creds', 'iv_server_name', 'SM_USER', 'SM-USER', 'SM_USERDN'],
    ...[
      'OAM_REMOTE_USER',
      'OAM_IDENTITY_DOMAIN',
      'Osso-User-Dn',
      'OIDC_CLAIM_sub',
      'Shib-Session-ID',
    ],
    ...['X-Pomerium-Jwt-Assertion', 'X-Pomerium-Claim-Email', 'X-authentik-username'],
    ...['X-Consumer-Username', 'X-Consumer-Custom-ID', 'X-Credential-Identifier'],
    ...['X-Anonymous-Consumer', 'X-Authenticated-Userid', 'X-Appengine-Cron'],
    ...['X-Appengine-User-Email', 'X-Envoy-Original-Dst-Host', 'X-Envoy-Retry-On'],
    ...['X-Envoy-Upstream-Rq-Timeout-Ms', 'X-Envoy-Force-Trace', 'x-envoy-decorator-operation'],
    ...['X-Envoy-Max-Retries', 'X-Envoy-Downstream-Service-Cluster', 'l5d-dst-override'],
    ...['X-Ms-Token-Aad-Id-Token', 'X-MS-CLIENT-PRINCIPAL-X', 'X-Goog-Authenticated-User-X'],
    ...['X-Amzn-Oidc-X', 'X-Auth-Request-Access-Token', 'Remote-Role', 'X-Remote-Email'],
    ...['X-WebAuth-Fullname', 'X-Proxy-User', 'X-Proxy-Roles', 'X-Client-S-DN'],
    ...['X-Tls-Client-Subject', 'X-Nginx-SSL-Client-Verify', 'SSL_CIPHER_USEKEYSIZE'],
    ...['Cert_Chain_0', 'Cf-Cert-Verified', 'Tailscale-User-Login', 'X-Vouch-User', 'X-Forwarded'],
  ];
  const { ask } = await start(t, {});
  for (let from = 0; from < told.length; from += 60) {
    const sent = Object.fromEntries(told.slice(from, from + 60).map((name) => [name, 'evil']));
    const { reply, seen } = await ask(sent);
    t.equal(reply.status, 200);
    t.ok(seen);
    t.notMatch(JSON.stringify(seen?.headers), /evil/);
  }
});

test('what clients say for themselves under such a name goes on', async (t) => {
  const own = [
    ...['CF-Access-Client-Id', 'X-Client-Id', 'X-Client-Version', 'X-Auth-User', 'X-Auth-Token'],
    ...[
      'X-Access-Token',
      'X-User',
      'X-Middleware-Prefetch',
      'X-Amzn-Trace-Id',
      'X-Cloud-Trace-Context',
    ],
    ...[
      'X-MS-Version',
      'X-Vercel-Protection-Bypass',
      'Ivory',
      'Small',
      'X-Original-Text',
      'WS-Version',
    ],
  ];
  const { ask } = await start(t, {});
  const { seen } = await ask(Object.fromEntries(own.map((name) => [name, 'kept'])));
  t.same(
    own.filter((name) => seen?.headers[name.toLowerCase()] !== 'kept'),
    [],
  );
});

test('a route keeps one name of a family, and none of its kin', async (t) => {
  const { ask } = await start(t, { headers: { request: { keep: ['X-Envoy-Original-Path'] } } });
  const { seen } = await ask({ 'X-Envoy-Original-Path': '/kept', 'X-Envoy-Retry-On': 'evil' });
  t.equal(seen?.headers['x-envoy-original-path'], '/kept');
  t.notMatch(JSON.stringify(seen?.headers), /evil/);
});

test('every field that docs/proxying.md calls guarded is on the list', (t) => {
  const docs = readFileSync(new URL('../../docs/proxying.md', import.meta.url), 'utf8');
  const [, section = ''] = docs.split('**Guarded fields.**');
  const [table = ''] = section.split('\n\nWhat presets');
  const rows = table.split('\n').filter((line) => /^\| [a-z]/.test(line));
  const named = rows.flatMap((row) =>
    (row.split('|')[2] ?? '').split(',').map((one) => one.trim()),
  );
  named.splice(named.indexOf('for instance'), 1);
  t.ok(named.length > 40);
  t.same(
    named.filter((name) => !GUARDED.includes(name)),
    [],
  );
  t.end();
});

test('a route keeps a family of fields by the name on the list', async (t) => {
  const { ask } = await start(t, { headers: { request: { keep: ['X-Remote-Extra-*'] } } });
  const { seen } = await ask({ 'X-Remote-Extra-Scopes': 'view', 'X-Remote-User': 'evil' });
  t.equal(seen?.headers['x-remote-extra-scopes'], 'view');
  t.notMatch(JSON.stringify(seen?.headers), /evil/);
});

test('a route keeps what it names, and nothing else', async (t) => {
  const { ask } = await start(t, { headers: { request: { keep: ['X-HTTP-Method-Override'] } } });
  const { seen } = await ask({ 'X-HTTP-Method-Override': 'PATCH', Proxy: 'evil' }, 'POST');
  t.equal(seen?.headers['x-http-method-override'], 'PATCH');
  t.equal(seen?.headers.proxy, undefined);
});

test('a route refuses a request that carries a field, in any spelling, and says so under its id', async (t) => {
  const { gateway, ask } = await start(t, { refuseFields: ['X-Forwarded-Proto'] });
  for (const name of ['X-Forwarded-Proto', 'x_forwarded.proto']) {
    const { reply, seen } = await ask({ [name]: 'https' });
    t.equal(reply.status, 400);
    const { code, requestId } = JSON.parse(reply.body);
    t.equal(code, 'field-refused');
    const line = await gateway.log.find((one) => one.requestId === requestId);
    t.match(line, { code: 'field-refused', detail: /refuseFields/ });
    t.equal(seen, undefined, 'the service saw nothing');
  }
  t.equal((await ask({})).reply.status, 200);
});

test('who may not ask learns nothing of what the route refuses', async (t) => {
  const other = { pins: [`sha256:${'0'.repeat(64)}`] };
  const { ask } = await start(t, { refuseFields: ['X-Secret'], allow: ['other'] }, (clients) => ({
    clients: { ...clients, other },
  }));
  const { reply } = await ask({ 'X-Secret': '1' });
  t.match([reply.status, JSON.parse(reply.body).code], [403, 'not-pinned']);
});

test('TRACE and TRACK are refused in any spelling unless a route lists that very one', async (t) => {
  const any = await start(t, {});
  for (const method of ['TRACE', 'TRACK']) {
    const { reply, seen } = await any
      .ask({}, method)
      .catch(() => ({ reply: undefined, seen: undefined }));
    if (reply !== undefined) {
      t.match(reply, {
        status: 405,
        headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' },
      });
    }
    t.equal(seen, undefined);
  }
  const listed = await start(t, { match: { path: '/api/*', methods: ['GET', 'TRACE'] } });
  t.equal((await listed.ask({}, 'TRACE')).reply.status, 200);
  for (const { gateway, upstream } of [any, listed]) {
    const { authority, client } = gateway.credentials;
    for (const method of ['trace', 'Track', 'tRACE']) {
      const before = upstream.requests.length;
      const connection = await connectHttp({ port: gateway.port, authority, client });
      await connection.send(`${method} /api/x HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      t.equal((await connection.readResponse()).status, 405, method);
      t.equal(upstream.requests.length, before);
      connection.destroy();
    }
  }
});

test('OPTIONS counts its hops, and is answered here when there are none left', async (t) => {
  const { ask } = await start(t, {});
  const last = await ask({ 'Max-Forwards': '0' }, 'OPTIONS');
  t.match(last.reply, { status: 204, headers: { allow: /^GET, HEAD/ } });
  t.equal(last.seen, undefined);
  t.equal((await ask({ 'Max-Forwards': '2' }, 'OPTIONS')).seen?.headers['max-forwards'], '1');
  t.equal((await ask({ 'Max-Forwards': 'x' }, 'OPTIONS')).reply.status, 400);
  t.equal((await ask({ 'Max-Forwards': '0' }, 'GET')).seen?.headers['max-forwards'], '0');
});

test('a TRACE that may go no further ends here, under a code that says why', async (t) => {
  const { ask, gateway } = await start(t, { match: { path: '/api/*', methods: ['GET', 'TRACE'] } });
  const { reply, seen } = await ask({ 'Max-Forwards': '0' }, 'TRACE');
  t.equal(seen, undefined);
  t.equal(reply.status, 501);
  t.equal(reply.headers.allow, undefined);
  const { code, requestId } = JSON.parse(reply.body);
  t.equal(code, 'max-forwards-reached');
  t.match(
    await gateway.log.find((line) => line.type === 'access' && line.requestId === requestId),
    {
      detail: /Max-Forwards: 0/,
    },
  );
  t.equal((await ask({ 'Max-Forwards': '1' }, 'TRACE')).seen?.headers['max-forwards'], '0');
});

test('Via tells the service of this hop; it can be turned off', async (t) => {
  const hop = `${isHttp2() ? '2.0' : '1.1'} pinlatch`;
  const on = await start(t, {});
  t.equal((await on.ask({})).seen?.headers.via, hop);
  t.equal((await on.ask({ Via: '1.0 before' })).seen?.headers.via, `1.0 before, ${hop}`);
  const off = await start(t, {}, () => ({ via: false }));
  t.equal((await off.ask({})).seen?.headers.via, undefined);
  t.equal((await off.ask({ Via: '1.0 before' })).seen?.headers.via, '1.0 before');
});
