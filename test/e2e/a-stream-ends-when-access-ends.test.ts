import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Test, test } from 'tap';
import { createAuthority, type IssuedCertificate, issueClient } from '../support/certificates.js';
import { VERSIONS } from '../support/front.js';
import {
  type Config,
  type Credentials,
  makeCredentials,
  startGateway,
  type TestGateway,
} from '../support/gateway.js';
import { ask } from '../support/http2-client.js';
import { proxyConfig } from '../support/proxy-config.js';
import { outcomeOf } from '../support/reloads.js';
import {
  type EndlessService,
  openStream,
  PROTOCOLS,
  type Protocol,
  startEndlessService,
} from '../support/streams.js';

interface Route {
  readonly name: string;
  readonly [key: string]: unknown;
}

const EVENTS: Route = {
  name: 'events',
  match: { path: '/events' },
  allow: ['client', 'other'],
  proxy: 'service',
};
// Every client has somewhere to go at all times: no connection is closed.
const LOBBY: Route = {
  name: 'lobby',
  match: { path: '/lobby' },
  allow: 'any-trusted',
  respond: { status: 204 },
};
// What `proxyConfig` adds, which takes all that no other route takes, goes to another service.
const ELSEWHERE = { endpoints: ['http://127.0.0.1:1'] };

const GRACE_MS = 300;
const HOST = 'events.test';

interface Site {
  readonly gateway: TestGateway;
  readonly service: EndlessService;
  readonly other: IssuedCertificate;
  readonly config: Config;
}

function configFor(
  service: EndlessService,
  credentials: Credentials,
  other: IssuedCertificate,
): Config {
  const config = proxyConfig(service.url, {
    more: [EVENTS, LOBBY],
    timeouts: { eviction: `${GRACE_MS}ms` },
    clients: { other: { pins: [`sha256:${other.sha256}`] } },
    allow: 'any-trusted',
    trust: { staff: { ca: ['staff.crt'] } },
    workers: 1,
  })(credentials);
  const { service: upstream } = config.upstreams as { readonly service: Config };
  const routes = config.routes as readonly Route[];
  const { edge } = config.listeners as { readonly edge: Config };
  return {
    ...config,
    upstreams: { service: upstream, elsewhere: ELSEWHERE },
    listeners: { edge, spare: edge },
    routes: routes.map((route) =>
      route.name === 'all' ? { ...route, proxy: 'elsewhere' } : route,
    ),
  };
}

async function startSite(t: Test): Promise<Site> {
  const service = await startEndlessService(t);
  const credentials = makeCredentials();
  const other = issueClient(credentials.authority, 'other client');
  const config = configFor(service, credentials, other);
  const gateway = await startGateway({
    credentials,
    drainTimeout: '50ms',
    config: (_credentials, folder) => {
      writeFileSync(join(folder, 'staff.crt'), createAuthority('staff').pem);
      return config;
    },
  });
  t.teardown(() => gateway.stop());
  return { gateway, service, other, config };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setTimeout(10);
}

const withEvents = (config: Config, change: Config): Config => ({
  ...config,
  routes: (config.routes as readonly Route[]).map((route) =>
    route.name === 'events' ? { ...route, ...change } : route,
  ),
});

// What takes the usual client's request away from it, and what the log calls it; `spares` says that it leaves the other
// client its own.
interface End {
  readonly code: string;
  readonly spares?: boolean;
  /** What the usual client's request has in its head, and the other client's has not. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Of the listener that is asked. */
  readonly listener?: string;
  change(config: Config): Config;
}

const ENDS: Readonly<Record<string, End>> = {
  'its route does not allow its client any more': {
    code: 'not-pinned',
    spares: true,
    change: (config) => withEvents(config, { allow: ['other'] }),
  },
  'its client has another pin': {
    code: 'not-pinned',
    spares: true,
    change: (config) => ({
      ...config,
      clients: { ...(config.clients as Config), client: { pins: [`sha256:${'11'.repeat(32)}`] } },
    }),
  },
  'its route takes another method': {
    code: 'method-not-allowed',
    change: (config) => withEvents(config, { match: { path: '/events', methods: ['PUT'] } }),
  },
  'its route is gone, and another one to another service takes it': {
    code: 'no-route',
    change: (config) => withEvents(config, { match: { path: '/past-events' } }),
  },
  'its route comes to refuse a field that it carries': {
    code: 'field-refused',
    spares: true,
    fields: { 'x-debug': '1' },
    change: (config) => withEvents(config, { refuseFields: ['X-Debug'] }),
  },
  'its route comes to refuse a field that it carries in another spelling, and that ended at the gateway':
    {
      code: 'field-refused',
      spares: true,
      fields: { 'x-original_url': '/admin' },
      change: (config) => withEvents(config, { refuseFields: ['X-Original-URL'] }),
    },
  'its host asks for other trust than its connection was made under': {
    code: 'misdirected-request',
    change: (config) => {
      const { edge, spare } = config.listeners as Readonly<Record<string, Config>>;
      return {
        ...config,
        listeners: { edge: { ...edge, names: { [HOST]: { trust: 'staff' } } }, spare },
      };
    },
  },
  'its listener is gone': {
    code: 'draining',
    listener: 'spare',
    change: (config) => {
      const { edge } = config.listeners as Readonly<Record<string, Config>>;
      return { ...config, listeners: { edge } };
    },
  },
};

interface Trial {
  readonly end: End;
  readonly protocol: Protocol;
  readonly uploads: boolean;
}

async function cut(t: Test, { end, protocol, uploads }: Trial): Promise<void> {
  for (const version of VERSIONS) {
    const { gateway, service, other, config } = await startSite(t);
    const { credentials, ports, log } = gateway;
    const port = ports[end.listener ?? 'edge'] ?? 0;
    const call = { port, credentials, protocol, version, path: '/events', host: HOST, uploads };
    const stream = await openStream({ ...call, ...(end.fields && { fields: end.fields }) });
    const beside = await openStream({ ...call, credentials: { ...credentials, client: other } });
    await (uploads
      ? until(() => service.open() === 2)
      : Promise.all([stream.more(), beside.more()]));

    gateway.writeConfig(end.change(config));
    const began = Date.now();
    await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
    const { how, status } = await stream.ended;
    t.ok(Date.now() - began >= GRACE_MS, `${version}: it had its grace`);
    const access = await log.find(
      ({ type, path, subject }) =>
        type === 'access' && path === '/events' && subject === 'CN=test client',
    );
    t.match(access, { code: end.code, status, host: HOST }, version);
    const told = await log.find(
      ({ type, requestId }) => type === 'security' && requestId === access.requestId,
    );
    t.match(told, { event: 'request-cut', code: end.code, route: 'events', host: HOST }, version);
    // Where no answer has begun there is one.
    t.equal(how, uploads ? 'whole' : 'cut', version);
    t.equal(status >= 400, uploads, `${version}: ${status}`);
    if (stream.session !== undefined && end.listener === undefined) {
      const lobby = await ask(stream.session, { ':path': '/lobby' });
      t.equal(lobby.status, 204, `${version}: its connection goes on`);
    }
    if (end.spares) await (uploads ? until(() => service.open() === 1) : beside.more());
    else t.equal((await beside.ended).status, status, `${version}: the other client has no more`);
    stream.destroy();
    beside.destroy();
  }
}

for (const [name, end] of Object.entries(ENDS)) {
  for (const protocol of PROTOCOLS) {
    test(`over ${protocol}, a response without end is cut when ${name}`, (t) =>
      cut(t, { end, protocol, uploads: false }));
    test(`over ${protocol}, an upload is refused when ${name}`, (t) =>
      cut(t, { end, protocol, uploads: true }));
  }
}
