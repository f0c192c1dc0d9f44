/**
 * Owns a service behind TLS whose responses, requests and WebSockets have no end, in front of which a gateway under test
 * stands, and that service's upstream as the gateway's configuration has it.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import type { Test } from 'tap';
import { WebSocketServer } from 'ws';
import { createAuthority, type IssuedCertificate, issueServer } from './certificates.js';
import { type Config, type Credentials, startGateway, type TestGateway } from './gateway.js';
import { proxyConfig } from './proxy-config.js';
import { issueRevocationList } from './revocation-lists.js';

export interface SecureStreams {
  readonly url: string;
  /** Connections that are open, and requests (WebSockets not counted). */
  connections(): number;
  requests(): number;
}

/** startSecureStreams sends an event every 10 ms to a GET, takes bodies to their end, and echoes WebSocket messages. */
export async function startSecureStreams(
  t: Test,
  own: IssuedCertificate,
  version?: SecureVersion,
): Promise<SecureStreams> {
  const versions = version === undefined ? {} : { minVersion: version, maxVersion: version };
  const server = createServer({ cert: own.pem, key: own.keyPem, ...versions });
  const sockets = new Set<Socket>();
  let requests = 0;
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('request', (request, response) => {
    ++requests;
    response.on('close', () => --requests);
    response.on('error', () => response.destroy());
    request.resume();
    if (request.method !== 'GET') return void request.on('end', () => response.end('taken'));
    if (request.url === '/short') return void response.end('short');
    const timer = setInterval(() => response.write('data: tick\n\n'), 10);
    response.on('close', () => clearInterval(timer));
  });
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('error', () => socket.terminate());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    connections: () => sockets.size,
    requests: () => requests,
  };
}

export const services = createAuthority('service CA');
export const others = createAuthority('another CA');
export const right: IssuedCertificate = issueServer(services);

/** writeServices writes the CA of services, another one, and a list that revokes these serials. */
export function writeServices(folder: string, revoked: readonly bigint[] = []): void {
  writeFileSync(join(folder, 'services.crt'), services.pem);
  writeFileSync(join(folder, 'others.crt'), others.pem);
  const list = issueRevocationList({
    issuer: services,
    number: BigInt(revoked.length + 1),
    revoked: revoked.map((serial) => ({ serial })),
  });
  writeFileSync(join(folder, 'services.crl'), list.pem);
}

const ROUTE = { match: { path: '/*' }, allow: ['client'] };

/** configFor leads everything to one upstream, "service", that must prove itself. */
function configFor(credentials: Credentials, url: string, service: Config, route: Config): Config {
  const usual = proxyConfig(url, {
    workers: 1,
    timeouts: { eviction: '400ms' },
    trust: {
      services: { ca: ['services.crt'], crl: { files: ['services.crl'] } },
      others: { ca: ['others.crt'] },
    },
    service: { tls: { trust: 'services' }, ...service },
    extra: { watch: false },
  })(credentials);
  return {
    ...usual,
    routes: [{ ...ROUTE, ...route, name: 'all', proxy: 'service' }],
  };
}

/** startBefore starts a gateway with that configuration; it ends with the test. */
export async function startBefore(
  t: Test,
  url: string,
  service: Config = {},
  route: Config = { upgrade: ['websocket'] },
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly gateway: TestGateway; readonly config: Config }> {
  let config: Config = {};
  const gateway = await startGateway({
    env,
    drainTimeout: '50ms',
    config: (credentials, folder) => {
      writeServices(folder);
      config = { ...configFor(credentials, url, service, route), drainTimeout: '50ms' };
      return config;
    },
  });
  t.teardown(() => gateway.stop());
  return { gateway, config };
}

/** withService changes the upstream. */
export const withService = (config: Config, change: Config): Config => ({
  ...config,
  upstreams: { service: { ...(config.upstreams as Record<string, Config>).service, ...change } },
});

/** withTrust changes what services are trusted by. */
export function withTrust(config: Config, change: Config): Config {
  const { services: usual, ...more } = config.trust as Record<string, Config>;
  return { ...config, trust: { ...more, services: { ...usual, ...change } } };
}
