import { test } from 'tap';

import { startFront } from '../support/front.js';
import {
  CODE,
  data,
  FLAG,
  FrameConnection,
  headers,
  PREFACE,
  request,
  settings,
  statusOf,
  TYPE,
} from '../support/h2-frames.js';
import { startUpstream } from '../support/upstream.js';

const SHORT = '1s'; // what is not about it must not meet it on a busy machine
const post = request({ ':method': 'POST', ':path': '/x' });

const upstreamOf = async (t: Parameters<typeof startFront>[0]) => {
  const upstream = await startUpstream((_request, response) => response.end('x'.repeat(1000)));
  t.teardown(() => upstream.close());
  return upstream.url;
};

test('settings that are not acknowledged end the connection (RFC 9113 section 6.5.3)', async (t) => {
  const { gateway } = await startFront(t, await upstreamOf(t), { timeouts: { head: SHORT } });
  for (const sent of [[], [PREFACE], [PREFACE, settings()]]) {
    const connection = await FrameConnection.connect(gateway);
    connection.send(...sent);
    t.equal(await connection.goaway(), CODE.SETTINGS_TIMEOUT);
    await connection.ended();
  }
  t.match(await gateway.log.find(({ event }) => event === 'connection-broken'), {
    code: 'http2-protocol',
  });
});

test('a header block that does not end ends the connection', async (t) => {
  const { gateway } = await startFront(t, await upstreamOf(t), { timeouts: { head: SHORT } });
  const connection = await FrameConnection.open(gateway);
  connection.send(headers(1, request(), FLAG.END_STREAM));
  t.equal(await connection.goaway(), CODE.PROTOCOL_ERROR);
  await connection.ended();
  t.match(await gateway.log.find(({ event }) => event === 'connection-broken'), {
    code: 'head-timeout',
  });
});

test('a body that does not come is answered with 408, and other requests go on', async (t) => {
  const { gateway } = await startFront(t, await upstreamOf(t), { timeouts: { body: SHORT } });
  const connection = await FrameConnection.open(gateway);
  connection.send(headers(1, post, FLAG.END_HEADERS), data(1, 'a little', 0));
  const answer = await connection.find(({ type, stream }) => type === TYPE.HEADERS && stream === 1);
  t.ok(answer);
  t.match(await gateway.log.find(({ status }) => status === 408), { code: 'body-timeout' });
  const end = await connection.find(({ type, stream }) => type === TYPE.RST_STREAM && stream === 1);
  t.equal(end?.payload.readUInt32BE(0), CODE.NO_ERROR);
  connection.send(headers(3, request({ ':path': '/y' })));
  const next = await connection.find(({ type, stream }) => type === TYPE.HEADERS && stream === 3);
  t.equal(next === undefined ? 0 : statusOf(next), 200);
  connection.destroy();
});

test('a window that stays closed ends its request, and no other', async (t) => {
  const { gateway } = await startFront(t, await upstreamOf(t), { timeouts: { write: SHORT } });
  const connection = await FrameConnection.open(gateway, undefined, settings([4, 10]));
  connection.send(headers(1, request({ ':path': '/x' })));
  const end = await connection.find(({ type, stream }) => type === TYPE.RST_STREAM && stream === 1);
  t.equal(end?.payload.readUInt32BE(0), CODE.CANCEL);
  t.match(await gateway.log.find(({ code }) => code === 'write-timeout'), {
    type: 'access',
    path: '/x',
  });
  connection.send(headers(3, request({ ':method': 'HEAD', ':path': '/y' })));
  t.ok(await connection.find(({ type, stream }) => type === TYPE.HEADERS && stream === 3));
  connection.destroy();
});

test('an idle connection is closed with GOAWAY, also one that has served', async (t) => {
  const { gateway } = await startFront(t, await upstreamOf(t), { timeouts: { idle: SHORT } });
  const connection = await FrameConnection.open(gateway);
  connection.send(headers(1, request({ ':path': '/x' })));
  t.equal(await connection.goaway(), CODE.NO_ERROR);
  await connection.ended();
  t.ok(connection.frames.some(({ type, stream }) => type === TYPE.DATA && stream === 1));
});
