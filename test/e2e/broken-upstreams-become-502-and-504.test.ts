import type { Socket } from 'node:net';
import { test } from 'tap';

import { get, startFront, VERSIONS } from '../support/front.js';
import { startRawUpstream } from '../support/upstream.js';

const say =
  (text: string) =>
  (socket: Socket): void =>
    void socket.write(text, 'latin1');
const sayAndEnd =
  (text: string) =>
  (socket: Socket): void =>
    void socket.end(text, 'latin1');
const sayAndReset =
  (text: string) =>
  (socket: Socket): void =>
    void socket.write(text, 'latin1', () => socket.resetAndDestroy());

interface Fault {
  readonly does: (socket: Socket) => void;
  readonly status: number;
  readonly code: string;
}

const reset = { status: 502, code: 'upstream-reset' };
const malformed = { status: 502, code: 'upstream-malformed' };
const HEAD = 'HTTP/1.1 200 OK\r\n';

/** Before a response head is complete the client can still be told. */
const BEFORE_THE_HEAD: Readonly<Record<string, Fault>> = {
  'ends at once': { does: (socket) => void socket.end(), ...reset },
  'resets at once': { does: (socket) => void socket.resetAndDestroy(), ...reset },
  'ends in the middle of its head': { does: sayAndEnd(`${HEAD}Content-`), ...reset },
  'resets in the middle of its head': { does: sayAndReset(`${HEAD}Content-`), ...reset },
  'talks another protocol': { does: say('220 mail.example ESMTP\r\n\r\n'), ...malformed },
  'sends binary rubbish': { does: say('\x15\x03\x03\x00\x02\x02\x16'), ...malformed },
  'ends its lines with LF': { does: say('HTTP/1.1 200 OK\nContent-Length: 0\n\n'), ...malformed },
  'states two lengths': {
    does: say(`${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`),
    ...malformed,
  },
  'states a length and chunks': {
    does: say(`${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
    ...malformed,
  },
  'switches protocols unasked': {
    does: say('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'),
    ...malformed,
  },
  'never stops its head': { does: say(`${HEAD}X: ${'a'.repeat(70_000)}`), ...malformed },
  'sends field after field': { does: say(`${HEAD}${'X: y\r\n'.repeat(300)}\r\n`), ...malformed },
  'sends nothing but interim responses': {
    does: say('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(50)),
    ...malformed,
  },
  'says nothing': { does: () => {}, status: 504, code: 'upstream-timeout' },
  'stops in the middle of its head': {
    does: say(`${HEAD}Content-`),
    status: 504,
    code: 'upstream-timeout',
  },
};

/** Afterwards the client can only see that the response is not whole. */
const IN_THE_BODY: Readonly<Record<string, (socket: Socket) => void>> = {
  'ends before its stated length': sayAndEnd(`${HEAD}Content-Length: 9\r\n\r\npart`),
  'resets before its stated length': sayAndReset(`${HEAD}Content-Length: 9\r\n\r\npart`),
  'ends between two chunks': sayAndEnd(`${HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n`),
  'breaks its chunk framing': say(`${HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\nz\r\n`),
  'resets a response that ends with the connection': sayAndReset(`${HEAD}\r\npart`),
  'stalls in the middle of its body': say(`${HEAD}Content-Length: 9\r\n\r\npart`),
};

const service = { timeouts: { response: '300ms', idle: '300ms' } };

for (const version of VERSIONS) {
  test(`${version}: an upstream that fails before its head`, async (t) => {
    let fault: Fault | undefined;
    const upstream = await startRawUpstream((socket) => fault?.does(socket));
    t.teardown(() => upstream.close());
    const front = await startFront(t, upstream.url, { service, workers: 1 });
    const client = await front.connect(version);
    for (const [what, given] of Object.entries(BEFORE_THE_HEAD)) {
      fault = given;
      await client.send(get('/'));
      const response = await client.readResponse();
      const { status, code } = given;
      t.equal(response.status, status, what);
      t.equal(JSON.parse(response.body.toString()).code, code);
      const line = await front.access(response.header('x-request-id'));
      t.match(line, { status, code, source: 'upstream', detail: new RegExp(`:${upstream.port}`) });
    }
    client.destroy();
  });

  test(`${version}: an upstream that fails in its body`, async (t) => {
    let does: ((socket: Socket) => void) | undefined;
    const upstream = await startRawUpstream((socket) => does?.(socket));
    t.teardown(() => upstream.close());
    const front = await startFront(t, upstream.url, { service, workers: 1 });
    for (const [what, given] of Object.entries(IN_THE_BODY)) {
      does = given;
      const client = await front.connect(version);
      await client.send(get('/'));
      // A reset may overtake what was sent, and Node may report it as an end: what counts is that the response is not whole.
      await t.rejects(client.readResponse(), { message: /^no response/ }, what);
      await client.closed;
      t.notMatch(client.received.toString('latin1'), /\r\n0\r\n\r\n$/, 'no last chunk');
      const line = await front.gateway.log.find(({ remote }) => remote === client.remote);
      t.match(line, { code: 'upstream-truncated', source: 'upstream' });
    }
  });
}

test('an upstream that refuses connections', async (t) => {
  const upstream = await startRawUpstream(() => {});
  await upstream.close();
  const front = await startFront(t, upstream.url);
  const client = await front.connect();
  await client.send(get('/'));
  const response = await client.readResponse();
  t.equal(response.status, 502);
  t.equal(JSON.parse(response.body.toString()).code, 'upstream-connect-failed');
  client.destroy();
});
