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
        timeouts: { tunnel: '2m' },
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
    timeouts: { tunnelMs: 120_000 },
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
