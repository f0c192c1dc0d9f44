/**
 * Owns the ways in which an HTTP/1.1 upstream fails, and what a request that meets them gets.
 */
import type { Socket } from 'node:net';
import type { SecureVersion } from 'node:tls';
import type { Test } from 'tap';
import { type Front, get } from './front.js';
import { type HttpConnection, isHttp2 } from './http-connection.js';

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
// A reset takes with it what has arrived and was not read: it waits until the gateway has passed some of it on.
const sayAndResetLater =
  (text: string) =>
  (socket: Socket, { answering }: HttpConnection): void => {
    socket.write(text, 'latin1');
    void answering.then(() => socket.resetAndDestroy());
  };

export interface Fault {
  readonly does: (socket: Socket) => void;
  readonly status: number;
  readonly code: string;
}

const reset = { status: 502, code: 'upstream-reset' };
const malformed = { status: 502, code: 'upstream-malformed' };
const HEAD = 'HTTP/1.1 200 OK\r\n';

/** Before a response head is complete, or with what came at once behind it, the client can still be told. */
export const BEFORE_THE_HEAD: Readonly<Record<string, Fault>> = {
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
  'breaks its chunk framing right behind its head': {
    does: say(`${HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\nz\r\n`),
    ...malformed,
  },
  'sends a trailer that frames the message': {
    does: say(`${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 1\r\n\r\n`),
    ...malformed,
  },
  'sends a trailer that is no field': {
    does: say(`${HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n0\r\nX T\r\n\r\n`),
    ...malformed,
  },
  'never stops its head': { does: say(`${HEAD}X: ${'a'.repeat(70_000)}`), ...malformed },
  'sends field after field': { does: say(`${HEAD}${'X: y\r\n'.repeat(300)}\r\n`), ...malformed },
  'sends nothing but interim responses': {
    does: say('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(50)),
    ...malformed,
  },
};

const timeout = { status: 504, code: 'upstream-timeout' };

/** STALLED are those that say no more before their head is complete: the response timeout ends them. */
export const STALLED: Readonly<Record<string, Fault>> = {
  'says nothing': { does: () => {}, ...timeout },
  'stops in the middle of its head': { does: say(`${HEAD}Content-`), ...timeout },
};

/** Afterwards the client can only see that the response is not whole. */
export const IN_THE_BODY: Readonly<
  Record<string, (socket: Socket, client: HttpConnection) => void>
> = {
  'ends before its stated length': sayAndEnd(`${HEAD}Content-Length: 9\r\n\r\npart`),
  'resets before its stated length': sayAndResetLater(`${HEAD}Content-Length: 9\r\n\r\npart`),
  'ends between two chunks': sayAndEnd(`${HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n`),
  // Behind more than is read at once.
  'breaks its chunk framing': say(
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n10000\r\n${'a'.repeat(0x10000)}\r\nz\r\n`,
  ),
  'resets a response that ends with the connection': sayAndResetLater(`${HEAD}\r\npart`),
  'stalls in the middle of its body': say(`${HEAD}Content-Length: 9\r\n\r\npart`),
};

/** checkAnswered asks an upstream that fails before its head, on `port`: the client is told, and so is the log. */
export async function checkAnswered(
  t: Test,
  { front, client, port }: { front: Front; client: HttpConnection; port: number },
  [what, { status, code }]: readonly [string, Pick<Fault, 'status' | 'code'>],
): Promise<void> {
  await client.send(get('/'));
  let response = await client.readResponse();
  while (response.status < 200) response = await client.readResponse();
  t.equal(response.status, status, what);
  t.equal(JSON.parse(response.body.toString()).code, code, what);
  const line = await front.access(response.header('x-request-id'));
  t.match(line, { status, code, source: 'upstream', detail: new RegExp(`:${port}`) });
}

/**
 * checkCut asks an upstream that fails in its body: no client takes what came for a response. `prepare` is told of the
 * client before it asks.
 */
export async function checkCut(
  t: Test,
  front: Front,
  what: string,
  version?: SecureVersion,
  prepare: (client: HttpConnection) => void = () => {},
): Promise<void> {
  const client = await front.connect(version);
  prepare(client);
  await client.send(get('/'));
  // A reset may overtake what was sent, and Node may report it as an end: what counts is that the response is not whole.
  await t.rejects(client.readResponse(), { message: /^no response/ }, what);
  // An HTTP/2 connection goes on: only the stream is over.
  if (isHttp2()) client.destroy();
  await client.closed;
  const line = await front.gateway.log.find(({ remote }) => remote === client.remote);
  t.match(line, { code: 'upstream-truncated', source: 'upstream' });
}
