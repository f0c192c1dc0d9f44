import { setTimeout } from 'node:timers/promises';
import { test } from 'tap';
import { get, VERSIONS } from '../support/front.js';
import type { Config, TestGateway } from '../support/gateway.js';
import { connectHttp } from '../support/http-connection.js';
import { startHttp2Upstream } from '../support/http2-upstream.js';
import { startSlowToShake } from '../support/patient-service.js';
import { outcomeOf } from '../support/reloads.js';
import { right, startBefore, startSecureStreams, withTrust } from '../support/secure-streams.js';
import { inTime, openStream } from '../support/streams.js';

const code = 'upstream-tls-untrusted';

async function deny(gateway: TestGateway, config: Config): Promise<void> {
  gateway.writeConfig(withTrust(config, { deny: [`sha256:${right.sha256}`] }));
  await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
}

async function statusOf({ port, credentials }: TestGateway): Promise<number> {
  const connection = await connectHttp({ port, ...credentials });
  await connection.send(get('/short'));
  const { status } = await connection.readResponse();
  connection.destroy();
  return status;
}

test('an idle connection is closed when its service is not trusted any more', async (t) => {
  for (const version of VERSIONS) {
    const service = await startSecureStreams(t, right, version);
    const { gateway, config } = await startBefore(t, service.url);
    t.equal(await statusOf(gateway), 200);
    t.equal(service.connections(), 1, 'it is kept');
    await deny(gateway, config);
    const began = Date.now();
    while (service.connections() > 0 && Date.now() - began < 3000) await setTimeout(5);
    t.equal(service.connections(), 0, version);
    t.equal(await statusOf(gateway), 502);
  }
});

test('a connection whose handshake was under way is not used', async (t) => {
  const service = await startSlowToShake(t, right);
  const url = service.url.replace('127.0.0.1', 'localhost');
  const { gateway, config } = await startBefore(t, url, { timeouts: { connect: '1m' } });
  const { port, credentials } = gateway;
  const call = { port, credentials, protocol: 'HTTP/1.1', version: 'TLSv1.3' } as const;
  const stream = await openStream({ ...call, path: '/mine' });
  t.teardown(() => stream.destroy());
  while (service.waiting() === 0) await setTimeout(5);
  await deny(gateway, config);
  service.goOn();
  t.match(await inTime(stream.ended), { how: 'whole', status: 502 });
  t.match(await gateway.log.find(({ path }) => path === '/mine'), { code });
  t.equal(service.held.length, 0, 'nothing began');
});

test('streams of a shared HTTP/2 connection are cut, and nothing new comes on it', async (t) => {
  const service = await startHttp2Upstream(
    (stream, headers) => {
      stream.respond({ ':status': 200 });
      if (headers[':path'] === '/short') return void stream.end('short');
      const timer = setInterval(() => stream.write('data: tick\n\n'), 10);
      stream.on('close', () => clearInterval(timer));
    },
    { certificate: right },
  );
  t.teardown(() => service.close());
  const url = service.url.replace('127.0.0.1', 'localhost');
  const { gateway, config } = await startBefore(t, url, { protocol: 'h2' }, {});
  const { port, credentials } = gateway;
  const call = { port, credentials, protocol: 'HTTP/1.1', version: 'TLSv1.3' } as const;
  const streams = await Promise.all(['/a', '/b'].map((path) => openStream({ ...call, path })));
  t.teardown(() => {
    for (const stream of streams) stream.destroy();
  });
  await Promise.all(streams.map((stream) => stream.more()));
  t.equal(service.connections(), 1);
  await deny(gateway, config);
  t.equal(await statusOf(gateway), 502);
  for (const stream of streams) t.match(await inTime(stream.ended), { how: 'cut', status: 200 });
  for (const path of ['/a', '/b']) {
    t.match(await gateway.log.find((line) => line.path === path), { code });
  }
  while (service.sessions().length > 0) await setTimeout(5);
  t.equal(
    (await gateway.log.find(({ event }) => event === 'upstream-distrusted')).upstream,
    'service',
  );
});
