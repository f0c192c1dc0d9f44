import { setTimeout } from 'node:timers/promises';
import { type Test, test } from 'tap';
import { VERSIONS } from '../support/front.js';
import { type Config, startGateway } from '../support/gateway.js';
import { proxyConfig } from '../support/proxy-config.js';
import { outcomeOf } from '../support/reloads.js';
import {
  type EndlessService,
  openStream,
  PROTOCOLS,
  type Protocol,
  startEndlessService,
} from '../support/streams.js';

const LOBBY = {
  name: 'lobby',
  match: { path: '/lobby' },
  allow: 'any-trusted',
  respond: { status: 204 },
};

async function startSite(t: Test, eviction: string) {
  const service: EndlessService = await startEndlessService(t);
  const config = proxyConfig(service.url, { more: [LOBBY], timeouts: { eviction }, workers: 1 });
  const gateway = await startGateway({ config, drainTimeout: '50ms' });
  t.teardown(() => gateway.stop());
  const usual: Config = { ...config(gateway.credentials), drainTimeout: '50ms' };
  const routes = usual.routes as readonly Config[];
  const reload = async (next: Config): Promise<void> => {
    gateway.writeConfig(next);
    await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
  };
  const without = { ...usual, routes: routes.filter(({ name }) => name !== 'all') };
  return { service, gateway, reload, usual, without };
}

async function open(
  t: Test,
  site: Awaited<ReturnType<typeof startSite>>,
  protocol: Protocol,
  version: (typeof VERSIONS)[number],
) {
  const { port, credentials } = site.gateway;
  const stream = await openStream({ port, credentials, protocol, version, path: '/events' });
  t.teardown(() => stream.destroy());
  await stream.more();
  return stream;
}

for (const protocol of PROTOCOLS) {
  test(`over ${protocol}, a response that ends within the grace ends whole`, async (t) => {
    for (const version of VERSIONS) {
      const site = await startSite(t, '1h');
      const stream = await open(t, site, protocol, version);
      await site.reload(site.without);
      await stream.more();
      site.service.finish();
      t.match(await stream.ended, { how: 'whole', status: 200 }, version);
      const line = await site.gateway.log.find(
        ({ type, path }) => type === 'access' && path === '/events',
      );
      t.notOk('code' in line);
      t.notOk(site.gateway.log.lines.some(({ event }) => event === 'request-cut'));
    }
  });

  test(`over ${protocol}, access that is given back within the grace cuts nothing`, async (t) => {
    for (const version of VERSIONS) {
      const site = await startSite(t, '2s');
      const stream = await open(t, site, protocol, version);
      await site.reload(site.without);
      await site.reload(site.usual);
      await setTimeout(2500);
      await stream.more();
      t.notOk(
        site.gateway.log.lines.some(({ event }) => event === 'request-cut'),
        version,
      );
    }
  });

  test(`over ${protocol}, a reload that leads the route elsewhere cuts nothing`, async (t) => {
    for (const version of VERSIONS) {
      const site = await startSite(t, '50ms');
      const stream = await open(t, site, protocol, version);
      const { upstreams, routes } = site.usual as unknown as {
        readonly upstreams: Config;
        readonly routes: readonly { readonly name: string }[];
      };
      const elsewhere = { endpoints: ['http://127.0.0.1:1'] };
      await site.reload({
        ...site.usual,
        upstreams: { ...upstreams, elsewhere },
        routes: routes.map((route) =>
          route.name === 'all' ? { ...route, proxy: 'elsewhere' } : route,
        ),
      });
      await setTimeout(300);
      await stream.more();
      // A route by another name to the same service is as good as its own.
      await site.reload(site.usual);
      await site.reload({
        ...site.usual,
        routes: routes.map((route) => (route.name === 'all' ? { ...route, name: 'other' } : route)),
      });
      await setTimeout(300);
      await stream.more();
      t.notOk(
        site.gateway.log.lines.some(({ event }) => event === 'request-cut'),
        version,
      );
    }
  });
}
