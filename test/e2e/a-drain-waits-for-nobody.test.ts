/**
 * Whatever was under way when a drain began ends the connection that it was on. No timeout helps: the process would be there for
 * ten minutes.
 */
import { spawn } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Test, test } from 'tap';
import { get, VERSIONS } from '../support/front.js';
import {
  type Config,
  type Credentials,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import { opensslArguments, opensslMissing } from '../support/openssl-client.js';
import { RawClient } from '../support/raw-client.js';
import { SilentCrowd } from '../support/silent-crowd.js';
import { openStream } from '../support/streams.js';
import { startTcpGateway } from '../support/tcp-gateway.js';
import { echo, startTcpService } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';
import { startUpstream } from '../support/upstream.js';
import { openSocket, startEchoService } from '../support/websockets.js';

const LATE = '10m';
const PATIENT = { timeouts: { firstByte: LATE, idle: LATE, tunnelIdle: LATE } };

const patient =
  (upstream?: string) =>
  (credentials: Credentials): Config => {
    const usual = usualConfig(credentials, upstream);
    const { edge } = usual.listeners as { readonly edge: Config };
    const [hello, api] = usual.routes as readonly Config[];
    const routes = api === undefined ? [hello] : [hello, { ...api, upgrade: ['websocket'] }];
    return { ...usual, listeners: { edge: { ...edge, ...PATIENT } }, routes };
  };

const start = (upstream?: string): Promise<TestGateway> =>
  startGateway({ config: patient(upstream), drainTimeout: LATE });

/** begun is a service that sends the head of a response and its first byte, and the rest when it is told to. */
async function begun(t: Test) {
  const responses: ServerResponse[] = [];
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-length': 2 });
    response.write('a');
    responses.push(response);
  });
  t.teardown(() => upstream.close());
  return {
    url: upstream.url,
    finish: () => {
      for (const response of responses) response.end('b');
    },
  };
}

async function drain(gateway: TestGateway): Promise<void> {
  gateway.signal('SIGTERM');
  await gateway.log.event('draining');
}

async function endsUncut(t: Test, gateway: TestGateway): Promise<void> {
  t.same(await gateway.exited, { code: 0, signal: null });
  t.match(await gateway.log.event('stopped'), { connectionsCut: 0 });
}

for (const version of VERSIONS) {
  test(`a response that had begun ends its kept-alive connection, on ${version}`, async (t) => {
    const service = await begun(t);
    const gateway = await start(service.url);
    const { port, credentials } = gateway;
    const client = await RawClient.connect({ port, ...credentials, version });
    await client.send(get('/api/x'));
    while (!client.received.includes('\r\n\r\na')) {
      await new Promise((resolve) => client.socket.once('data', resolve));
    }
    await drain(gateway);
    service.finish();
    const response = await client.readResponse();
    t.equal(response.body.toString(), 'ab');
    t.equal(response.header('connection'), undefined, 'it had been promised to be kept');
    t.equal(await client.closed, 'ended');
    await endsUncut(t, gateway);
  });
}

test('a request that follows such a response at once is served', async (t) => {
  const service = await begun(t);
  const gateway = await start(service.url);
  const { port, credentials } = gateway;
  const client = await RawClient.connect({ port, ...credentials });
  await client.send(get('/api/x'));
  while (!client.received.includes('\r\n\r\na')) {
    await new Promise((resolve) => client.socket.once('data', resolve));
  }
  await drain(gateway);
  service.finish();
  await client.readResponse();
  await client.send(get('/hello'));
  const response = await client.readResponse();
  t.equal(response.status, 200);
  t.equal(response.header('connection'), 'close');
  await endsUncut(t, gateway);
});

test('a response that had begun ends its HTTP/2 connection', async (t) => {
  const service = await begun(t);
  const gateway = await start(service.url);
  const { port, credentials } = gateway;
  const call = { port, credentials, protocol: 'HTTP/2', version: 'TLSv1.3' } as const;
  const stream = await openStream({ ...call, path: '/api/x' });
  await stream.more();
  await drain(gateway);
  service.finish();
  t.match(await stream.ended, { how: 'whole', body: 'ab' });
  await endsUncut(t, gateway);
});

test('connections that have said nothing are not waited for', async (t) => {
  const gateway = await start();
  const crowd = await SilentCrowd.connect({ port: gateway.port, count: 8 });
  t.teardown(() => crowd.destroy());
  await drain(gateway);
  await endsUncut(t, gateway);
});

test('an upgraded connection ends the drain when either side ends', async (t) => {
  for (const who of ['client', 'service'] as const) {
    const service = await startEchoService(t);
    const gateway = await start(service.url);
    const client = await openSocket(gateway, { path: '/api/ws' });
    t.equal(await client.echo('before'), 'before');
    await drain(gateway);
    t.equal(await client.echo('meanwhile'), 'meanwhile', 'it goes on');
    if (who === 'client') client.socket.close();
    else for (const socket of service.server.clients) socket.close();
    await client.ended;
    await endsUncut(t, gateway);
  }
});

test('a TCP connection ends the drain when either side ends', async (t) => {
  for (const who of ['client', 'service'] as const) {
    const sockets: Socket[] = [];
    const service = await startTcpService((socket) => {
      sockets.push(socket);
      echo(socket);
    });
    t.teardown(() => service.close());
    const routes = [{ to: service.url }];
    const gateway = await startTcpGateway({ routes, listener: PATIENT }, { drainTimeout: LATE });
    const { port, credentials } = gateway;
    const tunnel = await Tunnel.open({ port, ...credentials });
    tunnel.write('before');
    await tunnel.until((received) => received.toString() === 'before');
    await drain(gateway);
    tunnel.write(', meanwhile');
    await tunnel.until((received) => received.toString() === 'before, meanwhile');
    if (who === 'client') tunnel.end();
    else for (const socket of sockets) socket.end();
    await tunnel.untilEnd();
    tunnel.end();
    await endsUncut(t, gateway);
  }
});

const skip = opensslMissing();
test('a client that keeps its connection for later and does not look at it holds nothing up', {
  skip,
}, async (t) => {
  // Longer than a request on its way is waited for, and shorter than with the time to read a last answer.
  const gateway = await startGateway({ drainTimeout: '2500ms' });
  const { port, credentials, folder } = gateway;
  const call = { port, ...credentials, path: '/hello', version: 'TLSv1.3' } as const;
  const client = spawn('openssl', opensslArguments(call, folder));
  t.teardown(() => void client.kill('SIGKILL'));
  client.stdin.write('GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n');
  let received = '';
  for await (const chunk of client.stdout) {
    received += chunk;
    if (received.includes('"hello"')) break;
  }
  client.kill('SIGSTOP');
  await drain(gateway);
  await endsUncut(t, gateway);
});
