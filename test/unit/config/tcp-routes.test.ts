import { test } from 'tap';
import type { ConfigParts } from '../../../src/config/config.js';
import { parseConfig } from '../../../src/config/parse.js';
import { minimalConfig } from '../../support/config-folder.js';

type Listener = Readonly<Record<string, unknown>>;

function read(
  listeners: Readonly<Record<string, Listener>>,
  routes: readonly unknown[],
): ConfigParts {
  const config = JSON.parse(minimalConfig());
  const { edge } = config.listeners;
  config.listeners = Object.fromEntries(
    Object.entries(listeners).map(([name, own]) => [name, { ...edge, ...own }]),
  );
  config.upstreams = { local: { endpoints: ['unix:/run/app.sock'] } };
  config.routes = routes;
  const parsed = parseConfig(JSON.stringify(config), '/x/gateway.json');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.config;
}

const TCP: Listener = { mode: 'tcp' };

test('a route holds on all listeners of its kind, or on those that it names', async (t) => {
  const byPath = { name: 'api', match: { path: '/' }, allow: ['billing'], proxy: 'local' };
  const byName = { name: 'any', match: { serverName: '*' }, allow: ['billing'], proxy: 'local' };
  const one = { ...byName, name: 'one', match: { serverName: 'plc.local' }, listeners: ['b'] };
  const { routes, tcpRoutes } = read({ a: TCP, web: {}, b: TCP }, [byPath, byName, one]);
  t.same(
    routes.map(({ name, listeners }) => [name, listeners]),
    [['api', ['web']]],
  );
  t.same(
    tcpRoutes.map(({ name, listeners, serverName }) => [name, listeners, serverName]),
    [
      ['any', ['a', 'b'], null],
      ['one', ['b'], 'plc.local'],
    ],
  );
});

test('everything about a TCP route and its listener is read', async (t) => {
  const { listeners, tcpRoutes } = read(
    {
      plant: {
        ...TCP,
        alpn: ['mqtt'],
        startTls: 'postgresql',
        proxyProtocol: { from: ['10.0.0.0/8'] },
        limits: { connectionsPerAddress: 5, handshakesPerAddress: '10/m' },
        timeouts: { tunnelIdle: '2m' },
      },
    },
    [
      {
        name: 'broker',
        match: { serverName: '*.plc.local' },
        allow: 'any-trusted',
        proxy: 'local',
        sendProxyProtocol: 'v2',
      },
    ],
  );
  t.match(listeners[0], {
    front: {
      mode: 'tcp',
      alpn: ['mqtt'],
      startTls: 'postgresql',
      proxyFrom: [{ address: '0a000000', bits: 8 }],
      forwardedFrom: [],
    },
    limits: {
      connectionsPerAddress: 5,
      handshakesPerAddress: 10,
      handshakePeriodMs: 60_000,
      handshakeBurst: 10,
    },
    timeouts: { tunnelIdleMs: 120_000 },
  });
  t.match(tcpRoutes[0], {
    name: 'broker',
    at: '/routes/0',
    serverName: '*.plc.local',
    allow: 'any-trusted',
    upstream: 'local',
    sendProxyProtocol: 'v2',
  });
});

const RESPOND = { status: 503 };
const IGNORED_ON_ROUTE = {
  limits: { bodyBytes: 1 },
  maintenance: RESPOND,
  upgrade: ['websocket'],
  rewrite: { stripPrefix: '/a' },
  headers: { request: { remove: ['Cookie'] } },
  refuseFields: ['X-A'],
  forwardIdentity: ['envoy'],
};
const IGNORED_ON_UPSTREAM = { maintenance: RESPOND, protocol: 'h2' };

function issuesOf(route: object, upstream: object): readonly (readonly [string, string])[] {
  const config = JSON.parse(minimalConfig());
  config.listeners.edge.mode = 'tcp';
  config.upstreams = { local: { endpoints: ['tcp://127.0.0.1:5432'], ...upstream } };
  config.routes = [
    { name: 'any', match: { serverName: '*' }, allow: ['billing'], proxy: 'local', ...route },
  ];
  const parsed = parseConfig(JSON.stringify(config), '/x/gateway.json');
  if (parsed.ok) return [];
  return parsed.issues
    .filter(({ severity }) => severity === 'error')
    .map(({ code, at }) => [code, at] as const);
}

test('a key that does nothing for TCP is an error, on a route and on its upstream', async (t) => {
  t.same(issuesOf({}, {}), []);
  for (const [key, value] of Object.entries(IGNORED_ON_ROUTE))
    t.same(issuesOf({ [key]: value }, {}), [['wrong-mode', `/routes/0/${key}`]]);
  for (const [key, value] of Object.entries(IGNORED_ON_UPSTREAM))
    t.same(issuesOf({}, { [key]: value }), [['wrong-mode', `/upstreams/local/${key}`]]);
});

test('an action that is no service is an error beside a server name', async (t) => {
  for (const action of [
    { health: 'live' },
    { health: { ready: ['local'] } },
    { respond: RESPOND },
  ]) {
    const [key = ''] = Object.keys(action);
    const found = issuesOf({ proxy: undefined, ...action }, {});
    t.same(found, [['wrong-mode', `/routes/0/${key}`]]);
  }
});

test('an endpoint of the other kind is refused in both of its forms', async (t) => {
  for (const endpoint of ['http://127.0.0.1:1', { url: 'http://127.0.0.1:1' }])
    t.same(issuesOf({}, { endpoints: [endpoint] }), [['wrong-mode', '/routes/0/proxy']]);
});
