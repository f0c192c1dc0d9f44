import { type Test, test } from 'tap';
import { VERSIONS } from '../support/front.js';
import { type Config, type Credentials, startGateway } from '../support/gateway.js';
import { ask } from '../support/http2-client.js';
import { proxyConfig } from '../support/proxy-config.js';
import { outcomeOf } from '../support/reloads.js';
import { openStream, PROTOCOLS, type Protocol, startEndlessService } from '../support/streams.js';
import { tcpConfig } from '../support/tcp-gateway.js';
import { startTcpService } from '../support/tcp-service.js';
import { TestClock } from '../support/test-clock.js';
import { Tunnel } from '../support/tunnel.js';
import { openSocket, startEchoService } from '../support/websockets.js';

const SECONDS = 600;

// Somewhere every trusted client may go: one whose pin has ended keeps its connection.
const LOBBY = {
  name: 'lobby',
  match: { path: '/lobby' },
  allow: 'any-trusted',
  respond: { status: 204 },
};

/** startBriefly starts a gateway, and when it serves has its only pin end: `end` has its clock come to that. */
async function startBriefly(t: Test, config: (credentials: Credentials) => Config) {
  const clock = new TestClock();
  const gateway = await startGateway({ env: clock.env, config });
  t.teardown(() => gateway.stop());
  const { sha256 } = gateway.credentials.client;
  const ends = clock.inSeconds(SECONDS);
  const expires = ends.toISOString().replace('.000Z', 'Z');
  const clients = { client: { pins: [{ sha256, expires }] } };
  gateway.writeConfig({ ...config(gateway.credentials), clients });
  await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
  const end = (): Promise<void> => clock.setJustBefore(gateway, ends);
  return { gateway, end, sinceEnd: () => clock.now() - ends.getTime() };
}

async function cut(t: Test, protocol: Protocol): Promise<void> {
  for (const version of VERSIONS) {
    const service = await startEndlessService(t);
    const more = [LOBBY];
    const { gateway, end, sinceEnd } = await startBriefly(
      t,
      proxyConfig(service.url, { more, timeouts: { eviction: '200ms' }, workers: 1 }),
    );
    const { port, credentials } = gateway;
    const stream = await openStream({ port, credentials, protocol, version, path: '/events' });
    await stream.more();
    await end();
    t.same(await stream.ended.then(({ how, status }) => ({ how, status })), {
      how: 'cut',
      status: 200,
    });
    t.ok(sinceEnd() >= 200, `${version}: at its end, and not before`);
    const line = await gateway.log.find(
      ({ type, path }) => type === 'access' && path === '/events',
    );
    t.match(line, { code: 'not-pinned', status: 200, client: 'client' });
    t.match(await gateway.log.find(({ event }) => event === 'request-cut'), {
      code: 'not-pinned',
      requestId: line.requestId,
      findings: [/expired at/],
    });
    if (stream.session !== undefined) {
      t.equal(
        (await ask(stream.session, { ':path': '/lobby' })).status,
        204,
        'the connection stays',
      );
    }
    t.notOk(gateway.log.lines.some(({ event }) => event === 'connection-closed'));
    stream.destroy();
  }
}

for (const protocol of PROTOCOLS) {
  test(`over ${protocol}, a response without end is cut when its pin has ended`, (t) =>
    cut(t, protocol));
}

test('a WebSocket that carries nothing ends with its pin', async (t) => {
  for (const version of VERSIONS) {
    const service = await startEchoService(t);
    const ws = { name: 'ws', match: { path: '/ws' }, allow: ['client'], proxy: 'service' };
    const { gateway, end } = await startBriefly(
      t,
      proxyConfig(service.url, {
        more: [LOBBY, { ...ws, upgrade: ['websocket'] }],
        timeouts: { eviction: '1h' },
      }),
    );
    const socket = await openSocket(gateway, { version });
    t.equal(await socket.echo('a'), 'a');
    await end();
    t.equal((await socket.ended).code, 1006, version);
    const line = await gateway.log.find(({ type, status }) => type === 'access' && status === 101);
    t.equal(line.code, 'not-pinned');
  }
});

test('a TCP connection ends with its pin, also where another route takes its client', async (t) => {
  for (const version of VERSIONS) {
    const service = await startTcpService((socket) => socket.pipe(socket));
    t.teardown(() => service.close());
    const { gateway, end } = await startBriefly(t, (credentials) =>
      tcpConfig(credentials, {
        routes: [
          { serverName: 'plc.local', to: service.url },
          { serverName: '*', to: service.url, allow: 'any-trusted' },
        ],
        workers: 1,
      }),
    );
    const { port, credentials } = gateway;
    const tunnel = await Tunnel.open({ port, ...credentials, version, servername: 'plc.local' });
    tunnel.write('a');
    await tunnel.until(({ length }) => length === 1);
    await end();
    t.equal(await tunnel.closed, 'broken', version);
    t.match(await gateway.log.find(({ type }) => type === 'access'), { code: 'not-pinned' });
  }
});
