import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { ask } from '../../../src/admin/admin-client.js';
import { makeFolder } from '../../support/gateway.js';

const QUESTION = { method: 'GET', path: '/v1/views/status' } as const;

/** listen answers every connection with `meet`. The path is short: a socket's may have 107 bytes. */
async function listen(t: Test, meet: (socket: Socket) => void): Promise<string> {
  const path = join(makeFolder(), 'admin.sock');
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    meet(socket);
  }).listen(path);
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return path;
}

test('a gateway that does not answer is said to be silent, after a while', async (t) => {
  const path = await listen(t, (socket) => socket.resume());
  await t.rejects(ask(path, { ...QUESTION, patienceMs: 20 }), {
    code: 'admin-silent',
    message: /admin\.sock.*does not answer: it is stopped or overloaded/,
  });
});

test('a gateway that stops in the middle of its answer is silent as well', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{';
  const path = await listen(t, (socket) => socket.write(head));
  await t.rejects(ask(path, { ...QUESTION, patienceMs: 20 }), { code: 'admin-silent' });
  const cut = await listen(t, (socket) => socket.end(head));
  await t.rejects(ask(cut, QUESTION), { code: 'admin-silent' });
});

test('a gateway that closes the connection, as without descriptors, is silent, and the message names both reasons', async (t) => {
  const path = await listen(t, (socket) => socket.destroy());
  await t.rejects(ask(path, QUESTION), {
    code: 'admin-silent',
    message: /it has ended, or it has no file descriptor left/,
  });
});

test('where nobody listens the gateway is unreachable', async (t) => {
  const path = join(makeFolder(), 'admin.sock');
  await t.rejects(ask(path, QUESTION), { code: 'admin-unreachable', message: /is it running/ });
});

test('an answer comes whole, with the version that it names', async (t) => {
  const answer = (fields: string) =>
    `HTTP/1.1 422 No\r\n${fields}Content-Length: 8\r\n\r\n{"a": 1}`;
  const old = await listen(t, (socket) => socket.end(answer('')));
  t.strictSame(await ask(old, QUESTION), { status: 422, version: undefined, body: { a: 1 } });
  const path = await listen(t, (socket) => socket.end(answer('Server: pinlatch/1.2\r\n')));
  t.strictSame(await ask(path, QUESTION), { status: 422, version: '1.2', body: { a: 1 } });
  const other = await listen(t, (socket) => socket.end(answer('Server: nginx/1.2\r\n')));
  t.strictSame(await ask(other, QUESTION), { status: 422, version: undefined, body: { a: 1 } });
});
