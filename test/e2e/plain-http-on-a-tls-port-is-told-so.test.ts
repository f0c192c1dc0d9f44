/** Who speaks HTTP without TLS to a listener hears in plain text what is wrong, as of other servers; anything else is an alert. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'tap';

import { startFront } from '../support/front.js';
import { startTcpGateway } from '../support/tcp-gateway.js';
import { startUpstream } from '../support/upstream.js';

/** heard is all that the port answers to `bytes`, until it closes. */
async function heard(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  socket.write(bytes);
  await once(socket, 'end');
  socket.destroy();
  return Buffer.concat(pieces).toString('latin1');
}

test('a request in clear is answered with 400 and the words that this port speaks HTTPS', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const { gateway } = await startFront(t, upstream.url);
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'get', 'MKCOL', 'M-SEARCH'];
  for (const method of [...methods, '\r\nGET', '\nget']) {
    const answer = await heard(gateway.port, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    t.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/, method);
    t.match(answer, /\r\nConnection: close\r\n(.*\r\n)*\r\nThis port speaks HTTPS/, method);
  }
  const line = await gateway.log.find(({ event }) => event === 'handshake-refused');
  t.match(line, { detail: /HTTP without TLS/ });
  t.equal(upstream.requests.length, 0, 'no request has passed');
});

test('a HEAD in clear is answered with the same head and no body', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const { gateway } = await startFront(t, upstream.url);
  for (const method of ['HEAD', '\r\nHEAD']) {
    const answer = await heard(gateway.port, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    t.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n(.+\r\n)+\r\n$/, method);
  }
});

test('what is no HTTP either gets an alert of TLS, and no text', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const { gateway } = await startFront(t, upstream.url);
  const answer = await heard(gateway.port, 'SSH-2.0-OpenSSH_9.2\r\nand more of it\r\n');
  t.equal(answer.charCodeAt(0), 21, 'an alert (RFC 8446 section 5.1)');
  t.notMatch(answer, /HTTP/);
});

test('where the port leads to a TCP service, HTTP in clear gets an alert of TLS too', async (t) => {
  const gateway = await startTcpGateway({ routes: [{ to: 'tcp://127.0.0.1:9' }] });
  t.teardown(() => gateway.stop());
  const answer = await heard(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  t.same([...Buffer.from(answer, 'latin1')], [21, 3, 3, 0, 2, 2, 10], 'unexpected_message');
});
