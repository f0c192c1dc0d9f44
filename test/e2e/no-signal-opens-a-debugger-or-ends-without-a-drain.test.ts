import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { signalsThat } from '../../src/signals.js';
import { call } from '../support/client.js';
import { makeFolder, runPinlatch, startGateway, type TestGateway } from '../support/gateway.js';
import { listeningPorts } from '../support/sockets.js';
import { startUpstream } from '../support/upstream.js';

const PATIENCE_MS = 15_000;

const isIn = (ports: readonly number[], { log }: Pick<TestGateway, 'log'>): boolean =>
  ports.every((port) => log.lines.some((line) => line.port === port));

/** onlyItsOwn waits until a gateway listens on nothing but what its log says. */
async function onlyItsOwn(gateway: Pick<TestGateway, 'log' | 'pid'>): Promise<boolean> {
  const end = Date.now() + PATIENCE_MS;
  while (!isIn(listeningPorts(gateway.pid), gateway)) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

for (const signal of signalsThat('nothing')) {
  test(`${signal} does nothing but a line in the log`, async (t) => {
    const gateway = await startGateway();
    t.teardown(() => void gateway.child.kill('SIGKILL'));
    gateway.signal(signal);
    t.match(await gateway.log.event('signal-ignored'), { signal, reason: /SIGHUP reloads/ });
    t.ok(isIn(listeningPorts(gateway.pid), gateway), 'nobody can attach to the process');
    const { authority, client } = gateway.credentials;
    const reply = await call({ port: gateway.port, authority, client, path: '/hello' });
    t.equal(reply.status, 200);
    t.same(await gateway.stop(), { code: 0, signal: null });
    t.same(gateway.errors.text, [], 'no debugger says that it listens');
  });
}

// After exec, in milliseconds: while Node itself starts, while modules are loaded, while files are read.
const EARLY = [10, 25, 40, 60, 90, 130];

// In a folder that has a gateway's files; the debugger has a port that no other test has.
async function startEarly(cwd: string, flag: string, delay?: number) {
  const args = ['run', '--log-format', 'json', '--debuggable'];
  const program = runPinlatch(args, { cwd, flags: [flag], env: { NODE_OPTIONS: '' } });
  if (delay !== undefined) setTimeout(() => void program.signal('SIGUSR1'), delay);
  const outcome = await program.output.event('serving').catch(() => program.exited);
  return { ...program, log: program.output, outcome };
}

test('SIGUSR1 that comes while the gateway starts leaves no debugger open', async (t) => {
  const { folder, stop } = await startGateway();
  await stop();
  for (const delay of EARLY) {
    const gateway = await startEarly(folder, '--inspect-port=0', delay);
    t.teardown(() => void gateway.child.kill('SIGKILL'));
    // Before Node takes the signal, it ends a process; that opens nothing either.
    if ('signal' in gateway.outcome) {
      t.match(gateway.outcome, { signal: 'SIGUSR1' });
      continue;
    }
    gateway.signal('SIGUSR1');
    await gateway.log.event('signal-ignored');
    t.ok(await onlyItsOwn(gateway), `${delay} ms after exec`);
    gateway.child.kill('SIGKILL');
    await gateway.exited;
  }
});

test('a debugger that node was started with stays open', async (t) => {
  const { folder, stop } = await startGateway();
  await stop();
  const gateway = await startEarly(folder, '--inspect=127.0.0.1:0');
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  gateway.signal('SIGUSR1');
  await gateway.log.event('signal-ignored');
  t.notOk(isIn(listeningPorts(gateway.pid), gateway));
});

test('every signal that is listed is taken before the rest of the program is loaded', async (t) => {
  const file = join(makeFolder(), 'modules');
  const hooks = ['list-modules', 'note-taken-signals'].map(
    (name) => `--import=${new URL(`../support/${name}.mjs`, import.meta.url)}`,
  );
  const gateway = await startGateway({
    env: { LIST_MODULES: file, NODE_OPTIONS: hooks.join(' ') },
  });
  await gateway.stop();
  const lines = readFileSync(file, 'utf8').split('\n');
  const program = lines.findIndex((line) => /dist\/parts\/program-/.test(line));
  t.ok(program > 0);
  const all = signalsThat('reload', 'stop', 'end', 'nothing');
  for (const signal of all) {
    const taken = lines.indexOf(`taken ${signal}`);
    t.ok(taken >= 0 && taken < program, signal);
  }
});

/** A gateway with a request in flight, which the service answers when the test says so. */
async function startRequestInFlight(t: Test) {
  let arrive: (response: ServerResponse) => void = () => undefined;
  const arrived = new Promise<ServerResponse>((resolve) => {
    arrive = resolve;
  });
  const upstream = await startUpstream((_request, response) => arrive(response));
  t.teardown(() => upstream.close());
  const gateway = await startGateway({ upstream: upstream.url });
  const { authority, client } = gateway.credentials;
  const reply = call({ port: gateway.port, authority, client, path: '/api/x' });
  return { gateway, reply, response: await arrived };
}

test('SIGXCPU, which comes each second, drains and hurries nothing', async (t) => {
  const { gateway, reply, response } = await startRequestInFlight(t);
  gateway.signal('SIGXCPU');
  await gateway.log.event('draining');
  gateway.signal('SIGXCPU');
  gateway.signal('SIGALRM'); // when it was taken, so was the other
  await gateway.log.event('signal-ignored');
  response.end('late but whole');
  t.match(await reply, { status: 200, body: 'late but whole' });
  t.same(await gateway.exited, { code: 0, signal: null });
});

test('SIGQUIT lets a request in flight finish, and then ends', async (t) => {
  const { gateway, reply, response } = await startRequestInFlight(t);
  gateway.signal('SIGQUIT');
  await gateway.log.event('draining');
  response.end('late but whole');
  t.match(await reply, { status: 200, body: 'late but whole' });
  t.same(await gateway.exited, { code: 0, signal: null });
  t.match(await gateway.log.event('stopped'), { connectionsCut: 0 });
});
