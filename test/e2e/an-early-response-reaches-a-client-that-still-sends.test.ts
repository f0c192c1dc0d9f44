import { test } from 'tap';

import { startFront, VERSIONS } from '../support/front.js';
import { isHttp2 } from '../support/http-connection.js';
import { startRawUpstream } from '../support/upstream.js';

const REFUSAL =
  'HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\nConnection: close\r\n\r\ntoo much';
const PIECE = Buffer.alloc(64 * 1024, 'x');
const PIECES = 512;
const HEAD = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${PIECE.length * PIECES}\r\n\r\n`;

const ENDINGS = {
  'goes on reading': false,
  'closes at once': true,
} as const;

for (const version of VERSIONS) {
  for (const [what, closes] of Object.entries(ENDINGS)) {
    test(`${version}: the upstream answers before it has the body, and ${what}`, async (t) => {
      let taken = 0;
      const answered = new WeakSet();
      const upstream = await startRawUpstream((socket, received) => {
        taken = Math.max(taken, received.length);
        if (answered.has(socket)) return;
        answered.add(socket);
        if (closes) socket.end(REFUSAL);
        else socket.write(REFUSAL);
      });
      t.teardown(() => upstream.close());
      const front = await startFront(t, upstream.url);
      const client = await front.connect(version);
      await client.send(HEAD);
      const response = client.readResponse();
      // The client keeps sending until somebody stops it.
      let sending = true;
      const sent = (async () => {
        for (let i = 0; sending && i < PIECES; i++) await client.send(PIECE);
      })();
      const { status, body, header } = await response;
      sending = false;
      t.equal(status, 413);
      t.equal(body.toString(), 'too much');
      if (isHttp2()) client.destroy();
      else t.equal(header('connection'), 'close', 'the rest of the body has no reader');
      await client.closed;
      await sent;
      t.ok(taken < PIECE.length * PIECES, 'the body was not carried to its end');
      t.match(await front.access(header('x-request-id')), { status: 413, bytesOut: 8 });
    });
  }
}

// Over HTTP/2 it could not send everything: the window of its stream stays shut.
test('a client that looks at the answer only when it has sent everything', async (t) => {
  const upstream = await startRawUpstream((socket) => socket.end(REFUSAL));
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url);
  for (const version of VERSIONS) {
    const client = await front.connectRaw(version);
    client.pause();
    await client.send(HEAD.replace(/Length: \d+/, `Length: ${PIECE.length * 128}`));
    for (let i = 0; i < 128; i++) await client.send(PIECE);
    client.resume();
    t.equal((await client.readResponse()).status, 413, version);
    t.equal(await client.closed, 'ended');
  }
});
