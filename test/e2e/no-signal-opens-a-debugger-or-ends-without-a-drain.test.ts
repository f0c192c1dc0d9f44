import type { ServerResponse } from 'node:http';
import { createConnection } from 'node:net';
import { test } from 'tap';
import { call } from '../support/client.js';
import { startGateway } from '../support/gateway.js';
import { startUpstream } from '../support/upstream.js';

const DEBUGGER_PORT = 9229;

// Something else on this machine may have the port; the gateway's debugger also says so on standard error.
function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}

for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
  test(`${signal} does nothing but a line in the log`, async (t) => {
    const wasOpen = await isOpen(DEBUGGER_PORT);
    const gateway = await startGateway();
    t.teardown(() => void gateway.child.kill('SIGKILL'));
    gateway.signal(signal);
    t.match(await gateway.log.event('signal-ignored'), { signal, reason: /SIGHUP reloads/ });
    if (!wasOpen) t.notOk(await isOpen(DEBUGGER_PORT), 'nobody can attach to the process');
    const { authority, client } = gateway.credentials;
    const reply = await call({ port: gateway.port, authority, client, path: '/hello' });
    t.equal(reply.status, 200);
    t.same(await gateway.stop(), { code: 0, signal: null });
    t.same(gateway.errors.text, [], 'no debugger says that it listens');
  });
}

test('SIGQUIT lets a request in flight finish, and then ends', async (t) => {
  let arrive: (response: ServerResponse) => void = () => undefined;
  const arrived = new Promise<ServerResponse>((resolve) => {
    arrive = resolve;
  });
  const upstream = await startUpstream((_request, response) => arrive(response));
  t.teardown(() => upstream.close());
  const gateway = await startGateway({ upstream: upstream.url });
  const { authority, client } = gateway.credentials;
  const reply = call({ port: gateway.port, authority, client, path: '/api/x' });
  const response = await arrived;
  gateway.signal('SIGQUIT');
  await gateway.log.event('draining');
  response.end('late but whole');
  t.match(await reply, { status: 200, body: 'late but whole' });
  t.same(await gateway.exited, { code: 0, signal: null });
  t.match(await gateway.log.event('stopped'), { connectionsCut: 0 });
});
