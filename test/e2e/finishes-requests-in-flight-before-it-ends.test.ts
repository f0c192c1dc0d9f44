import type { ServerResponse } from 'node:http';
import { test } from 'tap';
import { call } from '../support/client.js';
import { startGateway } from '../support/gateway.js';
import { isHttp2 } from '../support/http-connection.js';
import { startUpstream } from '../support/upstream.js';

/** heldUpstream answers only when it is told to. */
async function heldUpstream() {
  let arrive: (response: ServerResponse) => void = () => undefined;
  const arrived = new Promise<ServerResponse>((resolve) => {
    arrive = resolve;
  });
  const upstream = await startUpstream((_request, response) => arrive(response));
  return { upstream, arrived };
}

test('SIGTERM lets a request in flight finish, takes no new connection, and then ends', async (t) => {
  const { upstream, arrived } = await heldUpstream();
  const gateway = await startGateway({ upstream: upstream.url });
  const { authority, client } = gateway.credentials;
  const request = { port: gateway.port, authority, client, path: '/api/x' };
  const reply = call(request);
  const response = await arrived;

  gateway.signal('SIGTERM');
  await gateway.log.event('draining');
  // Listening sockets are closed by the workers, soon after the log line.
  let refused = false;
  while (!refused) {
    refused = await call({ ...request, path: '/hello' }).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
    );
  }
  response.end('late but whole');
  t.match(await reply, { status: 200, body: 'late but whole' });
  const close = isHttp2() ? undefined : 'close'; // HTTP/2 has GOAWAY
  t.equal((await reply).headers.connection, close);
  t.same(await gateway.exited, { code: 0, signal: null });
  t.match(await gateway.log.event('stopped'), { connectionsCut: 0 });
  await upstream.close();
});

test('a second signal ends at once, with exit code 0', async (t) => {
  const { upstream, arrived } = await heldUpstream();
  const gateway = await startGateway({ upstream: upstream.url });
  const { authority, client } = gateway.credentials;
  const reply = call({ port: gateway.port, authority, client, path: '/api/x' });
  const failed = t.rejects(reply);
  await arrived;
  gateway.signal('SIGTERM');
  await gateway.log.event('draining');
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
  t.match(await gateway.log.event('stopped'), { connectionsCut: 1 });
  await failed;
  await upstream.close();
});

test('at the deadline what is left is cut and counted', async (t) => {
  const { upstream, arrived } = await heldUpstream();
  const gateway = await startGateway({ upstream: upstream.url, drainTimeout: '50ms' });
  const { authority, client } = gateway.credentials;
  const failed = t.rejects(call({ port: gateway.port, authority, client, path: '/api/x' }));
  await arrived;
  t.same(await gateway.stop(), { code: 0, signal: null });
  t.match(await gateway.log.event('stopped'), { connectionsCut: 1 });
  await failed;
  await upstream.close();
});
