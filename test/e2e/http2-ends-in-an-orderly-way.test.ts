import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'tap';

import { VERSIONS } from '../support/front.js';
import { startGateway } from '../support/gateway.js';
import { FLAG, FrameConnection, headers, request, TYPE } from '../support/h2-frames.js';
import { ask, openHttp2 } from '../support/http2-client.js';
import { startUpstream } from '../support/upstream.js';

async function heldUpstream() {
  let arrive: (response: ServerResponse) => void = () => undefined;
  const arrived = new Promise<ServerResponse>((resolve) => {
    arrive = resolve;
  });
  const upstream = await startUpstream((_request, response) => arrive(response));
  return { upstream, arrived };
}

for (const version of VERSIONS) {
  test(`drain says GOAWAY twice and finishes what is in flight, on ${version}`, async (t) => {
    const { upstream, arrived } = await heldUpstream();
    t.teardown(() => upstream.close());
    const gateway = await startGateway({ upstream: upstream.url });
    const connection = await FrameConnection.open(gateway, version);
    connection.send(headers(1, request({ ':path': '/api/x' })));
    const response = await arrived;
    gateway.signal('SIGTERM');
    const goaways = () => connection.frames.filter(({ type }) => type === TYPE.GOAWAY);
    await connection.find(() => goaways().length === 1);
    t.equal(goaways()[0]?.payload.readUInt32BE(0), 0x7fffffff, 'no stream is named yet');
    connection.send(headers(3));
    t.ok(
      await connection.find(({ type, stream }) => type === TYPE.HEADERS && stream === 3),
      'a request that was on its way is served',
    );
    await connection.find(() => goaways().length === 2);
    t.equal(goaways()[1]?.payload.readUInt32BE(0), 3, 'the last that counts');
    response.end('late but whole');
    await connection.find(
      ({ type, stream, flags }) =>
        type === TYPE.DATA && stream === 1 && (flags & FLAG.END_STREAM) !== 0,
    );
    await connection.ended();
    t.same(await gateway.exited, { code: 0, signal: null });
    t.match(await gateway.log.event('stopped'), { connectionsCut: 0 });
  });
}

test('a client that resets its request frees the upstream at once', async (t) => {
  const { upstream, arrived } = await heldUpstream();
  t.teardown(() => upstream.close());
  const gateway = await startGateway({ upstream: upstream.url });
  t.teardown(() => gateway.stop());
  const session = await openHttp2(gateway);
  const stream = session.request({ ':path': '/api/x', ':authority': 'localhost' });
  stream.on('error', () => undefined);
  const response = await arrived;
  const gone = once(response, 'close');
  stream.close(8);
  await gone;
  const line = await gateway.log.find(({ type, path }) => type === 'access' && path === '/api/x');
  t.match(line, { code: 'stream-reset', status: 0 });
  t.match(await ask(session, { ':path': '/hello' }), { status: 200 }, 'the connection goes on');
  session.close();
});

test('an upstream that breaks off is seen as a reset, not as an end', async (t) => {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('part');
    setTimeout(() => response.destroy(), 20);
  });
  t.teardown(() => upstream.close());
  const gateway = await startGateway({ upstream: upstream.url });
  t.teardown(() => gateway.stop());
  const session = await openHttp2(gateway);
  t.match(await ask(session, { ':path': '/api/x' }), { status: 200, body: 'part', code: 2 });
  t.match(await ask(session, { ':path': '/hello' }), { status: 200 });
  session.close();
});
