/**
 * Where the process may open few files, strangers that fill it give way to whoever comes, a request finds a connection to its
 * service, and the admin socket answers all the while; what is short is told at the start, in the status and in the log.
 */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { type Test, test } from 'tap';
import { issueClient } from '../support/certificates.js';
import {
  type Config,
  type Credentials,
  runPinlatch,
  startGateway,
  type TestGateway,
} from '../support/gateway.js';
import { answerTo, openHttp2 } from '../support/http2-client.js';
import { keepAlive } from '../support/kept-alive.js';
import { proxyConfig } from '../support/proxy-config.js';
import { RawClient } from '../support/raw-client.js';
import { startUpstream } from '../support/upstream.js';
import { countingEnv, eventually, readCounters } from '../support/vital-signs.js';

const LIMIT = 128;
/** What is left for connections of clients and to services, with one worker and one listener, is less than half as much again. */
const CROWD = LIMIT;
const LATE = '10m';
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
const filesUpTo = (limit: number) => ['sh', '-c', `ulimit -n ${limit} && exec "$@"`, 'sh'];
const FEW_FILES = filesUpTo(LIMIT);
// What the test runner loads into each Node takes descriptors of its own.
const filesAloneUpTo = (limit: number) => ['env', '-u', 'NODE_OPTIONS', ...filesUpTo(limit)];

async function status(gateway: TestGateway, ...args: string[]): Promise<string> {
  const program = runPinlatch(['status', '--socket', 'admin.sock', ...args], {
    cwd: gateway.folder,
  });
  const { code } = await program.exited;
  if (code !== 0) throw new Error(`status: ${program.errors.text.join('\n')}`);
  return program.output.text.join('\n');
}

function start(
  t: Test,
  config: (credentials: Credentials, folder: string) => Config,
  through: readonly string[] = FEW_FILES,
) {
  const withAdmin = (credentials: Credentials, folder: string): Config => ({
    ...config(credentials, folder),
    admin: { socket: 'admin.sock' },
  });
  const started = startGateway({
    ...{ config: withAdmin, drainTimeout: '50ms', env: countingEnv, through },
  });
  t.teardown(async () => (await started).stop());
  return started;
}

const timeouts = { firstByte: LATE, handshake: LATE, idle: LATE };

for (const version of VERSIONS) {
  for (const kind of ['without a certificate', 'with one that no route admits'] as const) {
    test(`strangers ${kind} give way, ${version}`, async (t) => {
      const service = await startUpstream((_request, response) => response.end('{}'));
      t.teardown(() => service.close());
      const options = { workers: 1, clientAuth: 'optional', timeouts } as const;
      const gateway = await start(t, proxyConfig(service.url, options));
      const { port, credentials } = gateway;
      const { authority } = credentials;
      const client =
        kind === 'without a certificate' ? undefined : issueClient(authority, 'a stranger');
      const old = await keepAlive(gateway, credentials.client, version);
      const answer = await old.get('/');
      t.match(answer, /^HTTP\/1\.1 200 /);
      for (let i = 0; i < CROWD; i += 1) {
        const call = { port, authority, version, ...(client === undefined ? {} : { client }) };
        const stranger = await RawClient.connect(call);
        t.teardown(() => stranger.destroy());
      }
      t.match(await old.get('/'), /^HTTP\/1\.1 200 /, 'an old client is served');
      const honest = await keepAlive(gateway, credentials.client, version);
      t.match(await honest.get('/'), /^HTTP\/1\.1 200 /, 'and a new one');
      t.match(await status(gateway), /^ +TOO FEW: edge accepts \d+ connections, not 10000$/m);
      const { connectionsDisplaced, connectionsOpen } = await readCounters(gateway);
      t.ok(connectionsDisplaced > 0);
      const { descriptors } = JSON.parse(await status(gateway, '--json'));
      t.match(descriptors, { limit: LIMIT, listeners: [{ name: 'edge', configured: 10_000 }] });
      t.ok(connectionsOpen <= descriptors.listeners[0].connections);
      old.tls.destroy();
      honest.tls.destroy();
    });
  }
}

test('a limit of connections that files are too few for is told at the start, and not by check', async (t) => {
  const gateway = await start(t, proxyConfig('http://127.0.0.1:9', { workers: 1 }));
  t.match(await gateway.log.find(({ code }) => code === 'connections-lowered'), {
    event: 'config-issue',
    level: 'warning',
    at: '/listeners/edge/limits/connections',
    found: /^room for \d+ connections, not 10000: this process may open 128 file descriptors$/,
    fix: /LimitNOFILE=/,
  });
  t.match(await status(gateway), /LimitNOFILE=/);
  const check = runPinlatch(['check'], { cwd: gateway.folder, through: FEW_FILES });
  t.match(await check.exited, { code: 0 }, 'it may run elsewhere than the gateway');
  t.notMatch([...check.errors.text, ...check.output.text].join('\n'), /descriptors/);
});

test('limits of connections that fit are no warning', async (t) => {
  const config = proxyConfig('http://127.0.0.1:9', { workers: 1, limits: { connections: 20 } });
  const gateway = await start(t, config);
  t.equal(
    gateway.log.lines.some(({ code }) => code === 'connections-lowered'),
    false,
  );
  t.notMatch(await status(gateway), /TOO FEW/);
});

/** Has `server` listen, and keeps count of the connections that are open. */
async function countOpen(t: Test, server: Server): Promise<{ url: string; open: Set<Socket> }> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  t.teardown(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return { url: `http://127.0.0.1:${port}`, open };
}

test('requests take the place of what rests, and are told when all descriptors are at work', async (t) => {
  const held: (() => void)[] = [];
  const answering = createHttpServer({ keepAliveTimeout: 600_000 }, (_request, response) => {
    held.push(() => response.end('{}'));
  });
  const quick = await countOpen(t, answering);
  const modern = await countOpen(
    t,
    createHttp2Server((_request, response) => void response.end('{}')),
  );
  const silent = await countOpen(
    t,
    createServer((socket) => socket.resume()),
  );
  const gateway = await start(t, (credentials) => {
    const base = proxyConfig(silent.url, { workers: 1, clientAuth: 'optional', timeouts })(
      credentials,
    );
    const route = (name: string): Config => ({
      ...{ name, match: { path: `/${name}` }, allow: ['client'], proxy: name },
    });
    return {
      ...base,
      upstreams: {
        ...(base.upstreams as Config),
        quick: { endpoints: [quick.url] },
        modern: { endpoints: [modern.url], protocol: 'h2' },
      },
      routes: [route('quick'), route('modern'), ...(base.routes as Config[])],
    };
  });
  const { port, credentials } = gateway;
  const { authority } = credentials;
  const session = await openHttp2(gateway);
  t.teardown(() => session.destroy());
  const request = (path: string) =>
    session.request({ ':authority': 'localhost', ':path': path }, { endStream: true });

  // Ten connections to a service, that then rest.
  const resting = Array.from({ length: 10 }, () => answerTo(request('/quick')));
  await eventually(
    () => held.length,
    (length) => length === 10,
  );
  for (const answer of held.splice(0)) answer();
  for (const { status: code } of await Promise.all(resting)) t.equal(code, 200);
  t.equal((await answerTo(request('/modern'))).status, 200);
  t.same([quick.open.size, modern.open.size], [10, 1]);
  for (let i = 0; i < 10; i += 1) {
    const stranger = await RawClient.connect({ port, authority, version: 'TLSv1.3' });
    t.teardown(() => stranger.destroy());
  }
  // A client of TLS 1.3 is through before the gateway is.
  await eventually(
    () => readCounters(gateway),
    ({ handshakesOpen }) => handshakesOpen === 0,
  );

  const refused: { status: number; body: string }[] = [];
  const waiting = Array.from({ length: 100 }, () => request('/silent'));
  for (const stream of waiting) {
    void answerTo(stream).then((answer) => {
      if (answer.status !== 0) refused.push(answer);
    });
  }
  await eventually(
    () => refused.length + silent.open.size,
    (count) => count === 100,
  );
  t.ok(refused.length > 0, 'not all of them found a descriptor');
  t.ok(refused.every((answer) => answer.status === 503));
  t.match(JSON.parse(refused[0]?.body ?? '{}'), { code: 'descriptors-exhausted' });
  t.match(await gateway.log.find(({ event }) => event === 'descriptors-exhausted'), {
    type: 'security',
    code: 'descriptors-exhausted',
    limit: LIMIT,
    detail: /LimitNOFILE=/,
  });
  await eventually(
    () => quick.open.size + modern.open.size,
    (size) => size === 0,
  );
  t.equal(quick.open.size + modern.open.size, 0, 'connections that rested went before that');
  t.equal((await readCounters(gateway)).connectionsDisplaced, 10, 'and strangers');

  const { upstreams } = JSON.parse(await status(gateway, '--json'));
  for (const { endpoint, state, failures } of upstreams) {
    t.match({ state, failures }, { state: 'up', failures: 0 }, `${endpoint} is not to blame`);
  }

  // A few descriptors come free, and strangers take them: they give way to one another, and to a client and its request.
  const { size } = silent.open;
  for (const stream of waiting.filter(({ closed }) => !closed).slice(0, 3)) stream.close();
  await eventually(
    () => silent.open.size,
    (now) => now === size - 3,
  );
  const displaced = (await readCounters(gateway)).connectionsDisplaced;
  for (let i = 0; i < 10; i += 1) {
    const stranger = await RawClient.connect({ port, authority, version: 'TLSv1.3' });
    t.teardown(() => stranger.destroy());
  }
  const honest = await openHttp2(gateway);
  t.teardown(() => honest.destroy());
  const again = answerTo(
    honest.request({ ':authority': 'localhost', ':path': '/quick' }, { endStream: true }),
  );
  await eventually(
    () => held.length,
    (length) => length === 1,
  );
  held[0]?.();
  t.equal((await again).status, 200);
  t.ok((await readCounters(gateway)).connectionsDisplaced > displaced);
  t.match(await status(gateway), /^serving/m);
});

for (const limit of [40, 64]) {
  test(`with ${limit} descriptors and a crowd, clients are served, status answers and changes are taken`, async (t) => {
    const service = await startUpstream((_request, response) => response.end('{}'));
    t.teardown(() => service.close());
    const options = { workers: 2, clientAuth: 'optional', timeouts } as const;
    const configOf = proxyConfig(service.url, options);
    const gateway = await start(t, configOf, filesAloneUpTo(limit));
    const { port, credentials } = gateway;
    const { authority, client } = credentials;
    for (let i = 0; i < CROWD; i += 1) {
      const stranger = await RawClient.connect({ port, authority, version: 'TLSv1.3' });
      t.teardown(() => stranger.destroy());
    }
    const honest = await keepAlive(gateway, client, 'TLSv1.3');
    t.match(await honest.get('/'), /^HTTP\/1\.1 200 /);
    t.match(await status(gateway), new RegExp(`^descriptors +at most ${limit}$`, 'm'));
    const renamed = {
      ...configOf(credentials),
      admin: { socket: 'admin.sock' },
      drainTimeout: '51ms',
    };
    gateway.writeConfig(renamed);
    t.match(await gateway.log.event('reloaded'), { trigger: 'change' });
    t.match(await honest.get('/'), /^HTTP\/1\.1 200 /);
    honest.tls.destroy();
  });
}

test('a limit with which nobody could be served is an error at the start, with what it takes', async (t) => {
  const { folder, stop } = await startGateway({
    config: proxyConfig('http://127.0.0.1:9', { workers: 2 }),
  });
  await stop();
  const program = runPinlatch(['run', '--log-format', 'json'], {
    cwd: folder,
    through: filesAloneUpTo(36),
  });
  t.match(await program.exited, { code: 1 });
  const text = program.errors.text.join('\n');
  t.match(text, /this process may have 36 file descriptors; with 2 workers it takes 40/);
  t.match(text, /LimitNOFILE=/);
});
