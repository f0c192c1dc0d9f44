import { setTimeout } from 'node:timers/promises';
import { type Test, test } from 'tap';
import { VERSIONS } from '../support/front.js';
import type { Config, TestGateway } from '../support/gateway.js';
import { outcomeOf } from '../support/reloads.js';
import {
  others,
  right,
  startBefore,
  startSecureStreams,
  withService,
  withTrust,
  writeServices,
} from '../support/secure-streams.js';
import { inTime, openStream, type Protocol } from '../support/streams.js';
import { TestClock } from '../support/test-clock.js';
import { openSocket } from '../support/websockets.js';

type Version = (typeof VERSIONS)[number];
const GRACE_MS = 400;

interface End {
  readonly code: string;
  readonly versions?: readonly Version[];
  change(config: Config, folder: string): Config;
}

const untrusted = 'upstream-tls-untrusted';
const ENDS: Readonly<Record<string, End>> = {
  'its certificate is denied': {
    code: untrusted,
    change: (config) => withTrust(config, { deny: [`sha256:${right.sha256}`] }),
  },
  'it is revoked': {
    code: untrusted,
    change: (config, folder) => {
      writeServices(folder, [right.serial]);
      return config;
    },
  },
  'its upstream has other trust': {
    code: untrusted,
    change: (config) => withService(config, { tls: { trust: 'others' } }),
  },
  'its upstream has other pins': {
    code: 'upstream-tls-not-pinned',
    change: (config) =>
      withService(config, { tls: { trust: 'services', pins: [`sha256:${others.sha256}`] } }),
  },
  'its upstream asks for another name': {
    code: 'upstream-tls-wrong-name',
    change: (config) =>
      withService(config, { tls: { trust: 'services', serverName: 'other.internal' } }),
  },
  'its upstream asks for a higher version': {
    code: 'upstream-tls-failed',
    versions: ['TLSv1.2'],
    change: (config) => withService(config, { tls: { trust: 'services', minVersion: '1.3' } }),
  },
  'its upstream has another name, and its certificate is denied': {
    code: untrusted,
    change: (config) => {
      const denied = withTrust(config, { deny: [`sha256:${right.sha256}`] });
      const { service } = config.upstreams as Record<string, Config>;
      const [route] = config.routes as readonly Config[];
      return {
        ...denied,
        upstreams: { successor: service },
        routes: [{ ...route, proxy: 'successor' }],
      };
    },
  },
  'neither its upstream nor its trust is there any more': {
    code: untrusted,
    change: (config) => {
      const { clients } = config.trust as Record<string, Config>;
      const [route] = config.routes as readonly Config[];
      return {
        ...config,
        trust: { clients },
        upstreams: { elsewhere: { endpoints: ['http://127.0.0.1:1'] } },
        routes: [{ ...route, proxy: 'elsewhere' }],
      };
    },
  },
};

async function open(t: Test, gateway: TestGateway, version: Version) {
  const protocol: Protocol = version === 'TLSv1.3' ? 'HTTP/2' : 'HTTP/1.1';
  const { port, credentials } = gateway;
  const call = { port, credentials, protocol, version };
  const response = await openStream({ ...call, path: '/events' });
  const upload = await openStream({ ...call, path: '/upload', uploads: true });
  const webSocket = await openSocket(gateway, { version });
  t.teardown(() => {
    for (const stream of [response, upload]) stream.destroy();
    webSocket.socket.terminate();
  });
  await response.more();
  t.equal(await webSocket.echo('a'), 'a');
  return { response, upload, webSocket };
}

async function checkLog(t: Test, gateway: TestGateway, code: string): Promise<void> {
  const told = await gateway.log.find(({ event }) => event === 'upstream-distrusted');
  t.match(told, { type: 'upstream', upstream: 'service', code, detail: /./ });
  for (const path of ['/events', '/upload', '/ws']) {
    const access = await gateway.log.find(
      (line) => line.type === 'access' && line.path === path && line.code === code,
    );
    t.match(access, { upstream: /^127\.0\.0\.1:/, detail: /./, source: 'upstream' });
  }
  const paths = gateway.log.lines.filter(({ type }) => type === 'access').map(({ path }) => path);
  t.equal(paths[0], '/ws', 'a tunnel has no grace');
  const lines = gateway.log.lines.filter(({ event }) => event === 'upstream-distrusted');
  t.equal(lines.length, 1, 'one line for all its connections');
}

async function cut(t: Test, { code, versions = VERSIONS, change }: End): Promise<void> {
  for (const version of versions) {
    const service = await startSecureStreams(t, right, version);
    const { gateway, config } = await startBefore(t, service.url);
    const { response, upload, webSocket } = await open(t, gateway, version);
    while (service.requests() < 2) await setTimeout(5);

    gateway.writeConfig(change(config, gateway.folder));
    const began = Date.now();
    await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
    t.equal((await inTime(webSocket.ended)).code, 1006);
    const [answered, cutOff] = await inTime(Promise.all([upload.ended, response.ended]));
    t.ok(Date.now() - began >= GRACE_MS, `${version}: the others had theirs`);
    t.match(cutOff, { how: 'cut', status: 200 }, version);
    t.match(answered, { how: 'whole', status: 502 }, version);
    t.equal(JSON.parse(answered.body).code, code);
    while (service.connections() > 0) await setTimeout(5);
    await checkLog(t, gateway, code);
  }
}

for (const [name, end] of Object.entries(ENDS)) {
  test(`response, upload and WebSocket are cut when ${name}`, (t) => cut(t, end));
}

test('response, upload and WebSocket are cut when the pin of their service expires', async (t) => {
  for (const version of VERSIONS) {
    const service = await startSecureStreams(t, right, version);
    const clock = new TestClock();
    const moment = clock.inSeconds(600);
    const expires = moment.toISOString().replace('.000', '');
    const tls = { trust: 'services', pins: [{ sha256: right.sha256, expires }] };
    const { gateway } = await startBefore(t, service.url, { tls }, undefined, clock.env);
    const { response, upload, webSocket } = await open(t, gateway, version);
    await clock.setJustBefore(gateway, moment);
    t.equal((await inTime(webSocket.ended)).code, 1006);
    t.ok(clock.now() >= moment.getTime(), 'not before');
    t.match(await inTime(response.ended), { how: 'cut', status: 200 });
    t.match(await inTime(upload.ended), { how: 'whole', status: 502 });
    await checkLog(t, gateway, 'upstream-tls-not-pinned');
  }
});

const KEEPS: Readonly<Record<string, (config: Config, folder: string) => Config>> = {
  'nothing changes': (config) => config,
  'another service is revoked': (config, folder) => {
    writeServices(folder, [4711n]);
    return config;
  },
  'its pin is among others': (config) => {
    const pins = [others, right].map(({ sha256 }) => `sha256:${sha256}`);
    return withService(config, { tls: { trust: 'services', pins } });
  },
  'its route leads elsewhere, and its trust stays': (config) => {
    const [route] = config.routes as readonly Config[];
    const elsewhere = { endpoints: ['http://127.0.0.1:1'] };
    const routes = [{ ...route, proxy: 'elsewhere' }];
    return { ...config, upstreams: { elsewhere }, routes };
  },
};

for (const [name, change] of Object.entries(KEEPS)) {
  test(`what streams goes on when ${name}`, async (t) => {
    const service = await startSecureStreams(t, right);
    const { gateway, config } = await startBefore(t, service.url);
    const { response, webSocket } = await open(t, gateway, 'TLSv1.3');
    gateway.writeConfig(change(config, gateway.folder));
    await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
    await setTimeout(2 * GRACE_MS);
    await response.more();
    t.equal(await webSocket.echo('b'), 'b');
    t.notOk(gateway.log.lines.some(({ event }) => event === 'upstream-distrusted'));
  });
}

test('trust that is given back within the grace cuts no response', async (t) => {
  const service = await startSecureStreams(t, right);
  const { gateway, config } = await startBefore(t, service.url);
  const patient = { ...(config.listeners as Record<string, Config>).edge };
  const slow = { ...config, listeners: { edge: { ...patient, timeouts: { eviction: '3s' } } } };
  const reload = async (next: Config): Promise<void> => {
    gateway.writeConfig(next);
    await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
  };
  await reload(slow);
  const { port, credentials } = gateway;
  const call = { port, credentials, protocol: 'HTTP/1.1', version: 'TLSv1.3' } as const;
  const stream = await openStream({ ...call, path: '/events' });
  t.teardown(() => stream.destroy());
  await stream.more();
  await reload(withTrust(slow, { deny: [`sha256:${right.sha256}`] }));
  await gateway.log.find(({ event }) => event === 'upstream-distrusted');
  await reload(slow);
  await setTimeout(3500);
  await stream.more();
  t.pass('it goes on');
});
