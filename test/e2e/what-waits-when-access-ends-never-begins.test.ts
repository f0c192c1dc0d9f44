import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Test, test } from 'tap';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';
import { untilOpen } from '../support/endpoints.js';
import { get, VERSIONS } from '../support/front.js';
import {
  type Config,
  makeCredentials,
  startGateway,
  type TestGateway,
} from '../support/gateway.js';
import { startPatientService, startSlowToShake } from '../support/patient-service.js';
import { proxyConfig } from '../support/proxy-config.js';
import { RawClient } from '../support/raw-client.js';
import { outcomeOf } from '../support/reloads.js';
import {
  type EndlessStream,
  inTime,
  openStream,
  PROTOCOLS,
  type Protocol,
} from '../support/streams.js';

interface Route {
  readonly name: string;
  readonly [key: string]: unknown;
}

// Every client has somewhere to go at all times: no connection is closed for want of a route.
const LOBBY: Route = {
  name: 'lobby',
  match: { path: '/lobby' },
  allow: 'any-trusted',
  respond: { status: 204 },
};
const ECHO: Route = {
  name: 'echo',
  match: { path: '/echo' },
  allow: ['client', 'other'],
  proxy: 'service',
  upgrade: ['echo'],
};
const services = createAuthority('service CA');

interface Site {
  readonly gateway: TestGateway;
  readonly other: IssuedCertificate;
  readonly config: Config;
}

async function startSite(t: Test, endpoints: readonly string[], service: Config): Promise<Site> {
  const credentials = makeCredentials();
  const other = issueClient(credentials.authority, 'other client');
  const isSecure = endpoints[0]?.startsWith('https:') === true;
  const config = proxyConfig(endpoints[0] ?? '', {
    more: [LOBBY, ECHO],
    allow: ['client', 'other'],
    // What had its grace would have all of it: the tests do not last as long.
    timeouts: { eviction: '1h' },
    clients: { other: { pins: [`sha256:${other.sha256}`] } },
    extra: { admin: { socket: 'admin.sock' } },
    trust: { services: { ca: ['services.crt'] } },
    service: { endpoints, ...service, ...(isSecure ? { tls: { trust: 'services' } } : {}) },
    workers: 1,
  })(credentials);
  const gateway = await startGateway({
    credentials,
    drainTimeout: '50ms',
    config: (_credentials, folder) => {
      writeFileSync(join(folder, 'services.crt'), services.pem);
      return config;
    },
  });
  t.teardown(() => gateway.stop());
  return { gateway, other, config: { ...config, drainTimeout: '50ms' } };
}

// What takes the access of the usual client away, what the log calls it, and what the client is told (0: nothing, cut).
const ENDS: Readonly<
  Record<string, { code: string; status: number; change(config: Config, sha256: string): Config }>
> = {
  'its route does not allow its client any more': {
    code: 'not-pinned',
    status: 403,
    change: (config) => ({
      ...config,
      routes: (config.routes as readonly Route[]).map((route) =>
        route.proxy === 'service' ? { ...route, allow: ['other'] } : route,
      ),
    }),
  },
  'the certificate of its client is denied': {
    code: 'certificate-revoked',
    status: 0,
    change: (config, sha256) => {
      const { clients, services: others } = config.trust as Readonly<Record<string, Config>>;
      return {
        ...config,
        trust: { clients: { ...clients, deny: [`sha256:${sha256}`] }, services: others },
      };
    },
  },
};
type End = (typeof ENDS)[string];

interface Way {
  readonly protocol: Protocol;
  readonly version: (typeof VERSIONS)[number];
}

const ask = (t: Test, { gateway, other }: Site, { protocol, version }: Way, path: string) => {
  const { port, credentials } = gateway;
  const client = path === '/other' ? other : credentials.client;
  return openStream({
    ...{ port, protocol, version, path },
    credentials: { ...credentials, client },
  }).then((stream) => {
    t.teardown(() => stream.destroy());
    return stream;
  });
};

async function takeAway({ gateway, config }: Site, end: End): Promise<void> {
  gateway.writeConfig(end.change(config, gateway.credentials.client.sha256));
  await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
}

async function refusedAtOnce(t: Test, site: Site, end: End, stream: EndlessStream): Promise<void> {
  const { how, status } = await inTime(stream.ended);
  t.equal(status, end.status);
  t.equal(how, end.status === 0 ? 'cut' : 'whole');
  const line = await site.gateway.log.find(
    ({ type, path }) => type === 'access' && path === '/mine',
  );
  t.match(line, { code: end.code });
}

async function inTheQueue(t: Test, way: Way, end: End): Promise<void> {
  const service = await startPatientService(t);
  const limits = { requests: 1, queue: 10, queueTimeout: '1m' };
  const site = await startSite(t, [service.url], { limits });
  const first = await ask(t, site, way, '/other');
  await service.until(1);
  const mine = await ask(t, site, way, '/mine');
  await untilOpen(site, 2);
  await takeAway(site, end);
  await refusedAtOnce(t, site, end, mine);
  service.held[0]?.answer();
  t.match(await first.ended, { status: 200 });
  await setTimeout(100);
  t.equal(service.held.length, 1, 'it never began');
}

async function forAConnection(t: Test, way: Way, end: End): Promise<void> {
  const service = await startSlowToShake(t, issueServer(services, 'app', [{ ip: '127.0.0.1' }]));
  const site = await startSite(t, [service.url], { timeouts: { connect: '1m' } });
  const mine = await ask(t, site, way, '/mine');
  while (service.waiting() === 0) await setTimeout(5);
  await takeAway(site, end);
  await refusedAtOnce(t, site, end, mine);
  service.goOn();
  const other = await ask(t, site, way, '/other');
  await service.until(1);
  t.equal(service.held[0]?.url, '/other');
  service.held[0]?.answer();
  t.match(await other.ended, { status: 200 });
  t.equal(service.held.length, 1, 'it never began');
}

async function forAnotherEndpoint(t: Test, way: Way, end: End): Promise<void> {
  const [first, second] = [await startPatientService(t), await startPatientService(t)];
  const held = () => [...first.held, ...second.held];
  const site = await startSite(t, [first.url, second.url], { retries: { attempts: 3 } });
  const mine = await ask(t, site, way, '/mine');
  while (held().length === 0) await setTimeout(5);
  await takeAway(site, end);
  held()[0]?.reset();
  await refusedAtOnce(t, site, end, mine);
  await setTimeout(100);
  t.equal(held().length, 1, 'it did not begin again');
}

const SCENES: Readonly<Record<string, (t: Test, way: Way, end: End) => Promise<void>>> = {
  'waits for an endpoint to have room': inTheQueue,
  'waits for a connection': forAConnection,
  'would be sent again': forAnotherEndpoint,
};

for (const [scene, play] of Object.entries(SCENES)) {
  for (const [name, end] of Object.entries(ENDS)) {
    for (const protocol of PROTOCOLS) {
      test(`over ${protocol}, a request that ${scene} is refused when ${name}`, async (t) => {
        for (const version of VERSIONS) await play(t, { protocol, version }, end);
      });
    }
  }
}

test('a service that consents to an upgrade when access has ended opens no tunnel', async (t) => {
  for (const version of VERSIONS) {
    const service = await startPatientService(t);
    const site = await startSite(t, [service.url], {});
    const { port, credentials } = site.gateway;
    const client = await RawClient.connect({ port, ...credentials, version });
    t.teardown(() => client.destroy());
    await client.send(get('/echo', 'Connection: upgrade', 'Upgrade: echo'));
    await service.until(1);
    await takeAway(site, ENDS['its route does not allow its client any more'] as End);
    service.held[0]?.answer();
    const { status } = await inTime(client.readResponse());
    t.equal(status, 403, version);
  }
});
