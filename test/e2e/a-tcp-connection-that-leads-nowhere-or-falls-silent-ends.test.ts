import { createServer } from 'node:net';
import { test } from 'tap';
import { startTcpGateway } from '../support/tcp-gateway.js';
import { echo, startTcpService } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** deadPort is one that nobody listens on. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

test('a service that is not there ends the connection in an orderly way, and the log says so', async (t) => {
  const gateway = await startTcpGateway({
    routes: [{ to: `tcp://127.0.0.1:${await deadPort()}` }],
  });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  for (const version of VERSIONS) {
    const tunnel = await Tunnel.open({ port, authority, client, version });
    t.equal((await tunnel.untilEnd()).length, 0);
    tunnel.destroy();
    const line = await gateway.log.find(({ type, tls }) => {
      return type === 'access' && tls === version.replace('TLSv', '');
    });
    t.match(line, { reason: 'upstream-failed', code: 'upstream-connect-failed', bytesOut: 0 });
  }
  await gateway.stop();
});

test('of several endpoints one that answers is found', async (t) => {
  const service = await startTcpService(echo);
  const dead = await deadPort();
  const gateway = await startTcpGateway({ routes: [{ to: service.url }] });
  const config = JSON.parse(JSON.stringify(await configOf(gateway.configPath)));
  config.upstreams['service-0'].endpoints = [`tcp://127.0.0.1:${dead}`, service.url];
  gateway.writeConfig(config);
  gateway.signal('SIGHUP');
  await gateway.log.event('reloaded');
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  for (let i = 0; i < 6; ++i) {
    const tunnel = await Tunnel.open({ port, authority, client });
    tunnel.write('x');
    t.equal((await tunnel.until(({ length }) => length === 1)).toString(), 'x');
    tunnel.destroy();
  }
  await service.close();
  await gateway.stop();
});

async function configOf(path: string): Promise<unknown> {
  const { readFile } = await import('node:fs/promises');
  return JSON.parse(await readFile(path, 'utf8'));
}

test('a connection that is silent both ways for too long is ended', async (t) => {
  const service = await startTcpService(echo);
  const gateway = await startTcpGateway({
    routes: [{ to: service.url }],
    listener: { timeouts: { tunnelIdle: '300ms' } },
  });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  for (const version of VERSIONS) {
    const tunnel = await Tunnel.open({ port, authority, client, version });
    tunnel.write('x');
    t.equal((await tunnel.untilEnd()).toString(), 'x');
    tunnel.destroy();
  }
  const line = await gateway.log.find(({ type }) => type === 'access');
  t.match(line, { reason: 'idle', code: 'idle-timeout', bytesIn: 1, bytesOut: 1 });
  await service.close();
  await gateway.stop();
});

test('a service that resets breaks the connection: what came was not all', async (t) => {
  const service = await startTcpService((socket) => {
    socket.write('half');
    socket.once('data', () => socket.resetAndDestroy());
  });
  const gateway = await startTcpGateway({ routes: [{ to: service.url }] });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const tunnel = await Tunnel.open({ port, authority, client });
  await tunnel.until(({ length }) => length === 4);
  tunnel.write('x');
  t.equal(await tunnel.closed, 'broken');
  const line = await gateway.log.find(({ type }) => type === 'access');
  t.match(line, { reason: 'upstream-failed', code: 'upstream-reset', bytesOut: 4 });
  await service.close();
  await gateway.stop();
});
