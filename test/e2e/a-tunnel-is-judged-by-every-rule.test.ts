import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority } from '../support/certificates.js';
import { VERSIONS } from '../support/front.js';
import { type Config, startGateway } from '../support/gateway.js';
import { answerTo, openHttp2 } from '../support/http2-client.js';
import { proxyConfig } from '../support/proxy-config.js';
import { RawClient } from '../support/raw-client.js';
import { outcomeOf } from '../support/reloads.js';
import { startTcpGateway, type TcpOptions, tcpConfig } from '../support/tcp-gateway.js';
import { echo, startTcpService } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';
import { extendedConnect, startEchoService } from '../support/websockets.js';

const HOST = 'ws.test';
const OPENING = [
  'GET /ws HTTP/1.1',
  `Host: ${HOST}`,
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');

type Change = (config: Config) => Config;

const CHANGES: Readonly<Record<string, Change>> = {
  'misdirected-request': (config) => {
    const { edge } = config.listeners as { readonly edge: Config };
    const names = { [HOST]: { trust: 'staff' } };
    return { ...config, listeners: { edge: { ...edge, names } } };
  },
  'field-refused': (config) => ({
    ...config,
    routes: (config.routes as readonly Config[]).map((route) =>
      route.name === 'ws' ? { ...route, refuseFields: ['Sec_WebSocket_Version'] } : route,
    ),
  }),
};

const CASES = VERSIONS.flatMap((version) =>
  Object.entries(CHANGES).map(([code, change]) => ({ version, code, change })),
);

for (const { version, code, change } of CASES) {
  test(`on ${version}, a WebSocket ends where a new request would get ${code}`, async (t) => {
    const service = await startEchoService(t);
    const route = { name: 'ws', match: { path: '/ws' }, allow: ['client'], proxy: 'service' };
    const config = proxyConfig(service.url, {
      more: [{ ...route, upgrade: ['websocket'] }],
      timeouts: { eviction: '1h' }, // of requests; a tunnel gets none of it
      trust: { staff: { ca: ['staff.crt'] } },
      workers: 1,
    });
    const gateway = await startGateway({
      config: (credentials, folder) => {
        writeFileSync(join(folder, 'staff.crt'), createAuthority('staff').pem);
        return config(credentials);
      },
    });
    t.teardown(() => gateway.stop());
    const { port, credentials } = gateway;
    const one = await RawClient.connect({ port, ...credentials, version });
    await one.send(OPENING);
    const session = await openHttp2(gateway, version);
    t.teardown(() => session.destroy());
    if (!session.remoteSettings?.enableConnectProtocol) await once(session, 'remoteSettings');
    const head = { ...extendedConnect('/ws'), ':authority': HOST };
    const stream = session.request(head, { endStream: false });
    t.match((await once(stream, 'response'))[0], { ':status': 200 });
    const ended = answerTo(stream);
    while (!one.received.includes('101')) await once(one.socket, 'data');

    gateway.writeConfig(change(config(credentials)));
    await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
    t.equal(await one.closed, 'broken', 'over HTTP/1.1');
    t.not((await ended).code, 0, 'over HTTP/2');
    const cut = () =>
      gateway.log.lines.filter(
        (line) => line.type === 'access' && line.path === '/ws' && line.code === code,
      );
    await gateway.log.find(() => cut().length === 2);
    t.same(
      cut()
        .map(({ status }) => status)
        .sort(),
      [101, 200],
    );
    t.notOk(gateway.log.lines.some(({ event }) => event === 'connection-closed'));
  });
}

const ENDS: Readonly<Record<string, { code: string; change(options: TcpOptions): TcpOptions }>> = {
  'its server name leads to another service': {
    code: 'no-route',
    change: (options) => ({
      ...options,
      routes: options.routes.map((route) =>
        route.serverName === 'plc.local' ? { ...route, serverName: 'past.local' } : route,
      ),
    }),
  },
  'its server name asks for a newer version of TLS': {
    code: 'protocol-version',
    change: (options) => ({
      ...options,
      listener: { names: { 'plc.local': { minVersion: '1.3' } } },
    }),
  },
  'its server name is refused': {
    code: 'unknown-server-name',
    change: (options) => ({ ...options, listener: { unknownNames: 'refuse' } }),
  },
};

for (const [what, end] of Object.entries(ENDS)) {
  test(`a TCP connection ends when ${what}`, async (t) => {
    for (const version of VERSIONS) {
      if (end.code === 'protocol-version' && version === 'TLSv1.3') continue;
      const services = await Promise.all([startTcpService(echo), startTcpService(echo)]);
      const [plc, rest] = services.map(({ url }) => url);
      const options: TcpOptions = {
        routes: [
          { serverName: 'plc.local', to: plc ?? '' },
          { serverName: '*', to: rest ?? '' },
        ],
      };
      const gateway = await startTcpGateway(options);
      t.teardown(async () => {
        await Promise.all(services.map((service) => service.close()));
        await gateway.stop();
      });
      const { port, credentials } = gateway;
      const open = (servername: string) =>
        Tunnel.open({ port, ...credentials, version, servername });
      const leaver = await open('plc.local');
      const stayer = await open('localhost');
      for (const tunnel of [leaver, stayer]) {
        tunnel.write('a');
        await tunnel.until(({ length }) => length === 1);
      }
      const next = tcpConfig(credentials, end.change(options));
      gateway.writeConfig({ ...next, drainTimeout: '50ms' });
      gateway.signal('SIGHUP');
      t.equal(await leaver.closed, 'broken', version);
      const closed = await gateway.log.find(({ event }) => event === 'connection-closed');
      t.match(closed, { code: end.code });
      stayer.write('b');
      t.equal((await stayer.until(({ length }) => length === 2)).toString(), 'ab', version);
      stayer.destroy();
    }
  });
}

test('a TCP connection ends with its listener', async (t) => {
  for (const version of VERSIONS) {
    const service = await startTcpService(echo);
    const withListeners = (config: Config, names: readonly string[]): Config => {
      const { plant } = config.listeners as { readonly plant: Config };
      return { ...config, listeners: Object.fromEntries(names.map((name) => [name, plant])) };
    };
    const options: TcpOptions = { routes: [{ to: service.url }] };
    const gateway = await startGateway({
      drainTimeout: '50ms',
      config: (credentials) => withListeners(tcpConfig(credentials, options), ['plant', 'spare']),
    });
    t.teardown(async () => {
      await service.close();
      await gateway.stop();
    });
    const { ports, credentials } = gateway;
    const tunnel = await Tunnel.open({ port: ports.spare ?? 0, ...credentials, version });
    tunnel.write('a');
    await tunnel.until(({ length }) => length === 1);
    gateway.writeConfig(withListeners(tcpConfig(credentials, options), ['plant']));
    gateway.signal('SIGHUP');
    t.equal(await tunnel.closed, 'broken', version);
    t.match(await gateway.log.find(({ type }) => type === 'access'), { code: 'draining' });
  }
});
