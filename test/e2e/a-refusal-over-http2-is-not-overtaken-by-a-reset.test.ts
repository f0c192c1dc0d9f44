/**
 * Over HTTP/2 a request may be answered before its body has come. The reset that ends such a stream may not overtake the
 * answer: what the client still sends is read and thrown away, within a bound of bytes and time.
 */
import { test } from 'tap';

import { VERSIONS } from '../support/front.js';
import {
  CODE,
  data,
  FLAG,
  type Frame,
  FrameConnection,
  headers,
  ping,
  request,
  TYPE,
} from '../support/h2-frames.js';
import { startRefusing } from '../support/refusing.js';

const refused = request({ ':method': 'POST', ':path': '/others' });

const endOf =
  (id: number) =>
  ({ stream, flags, type }: Frame): boolean =>
    stream === id && type <= TYPE.HEADERS && (flags & FLAG.END_STREAM) !== 0;
const resetOf =
  (id: number) =>
  ({ stream, type }: Frame): boolean =>
    stream === id && type === TYPE.RST_STREAM;

/** turn resolves when the gateway has handled all that was sent before. */
async function turn(connection: FrameConnection, mark: string): Promise<void> {
  const marker = Buffer.alloc(8, mark);
  connection.send(ping(0, marker));
  await connection.find(({ type, payload }) => type === TYPE.PING && payload.equals(marker));
}

/** How long a stream lingers, in milliseconds. */
const LINGER = 2_000;

/** wasReset says whether a reset has come within the time in which none may: on a busy machine that takes another try. */
async function wasReset(
  open: () => Promise<FrameConnection>,
  steps: (connection: FrameConnection) => Promise<unknown>,
): Promise<boolean> {
  for (;;) {
    const connection = await open();
    const began = performance.now();
    await steps(connection);
    const reset = connection.frames.some(resetOf(1));
    const inTime = performance.now() - began < LINGER;
    connection.destroy();
    if (inTime) return reset;
  }
}

for (const version of VERSIONS) {
  test(`${version}: a refused request whose body ends is never reset`, async (t) => {
    const { gateway } = await startRefusing(t);
    const open = () => FrameConnection.open(gateway, version);
    const reset = await wasReset(open, async (connection) => {
      connection.send(headers(1, refused, FLAG.END_HEADERS));
      t.ok(await connection.find(endOf(1)), 'the answer is whole');
      await turn(connection, 'a');
      connection.send(data(1, 'the body'), headers(3));
      t.ok(await connection.find(endOf(3)), 'the connection goes on');
      await turn(connection, 'b');
    });
    t.notOk(reset);
  });

  test(`${version}: a refused request whose body does not end is reset without an error`, async (t) => {
    const { gateway } = await startRefusing(t);
    const connection = await FrameConnection.open(gateway, version);
    connection.send(headers(1, refused, FLAG.END_HEADERS), data(1, 'some of it', 0));
    const reset = await connection.find(resetOf(1));
    t.equal(reset?.payload.readUInt32BE(0), CODE.NO_ERROR);
    t.ok(
      connection.frames.findIndex(endOf(1)) < connection.frames.findIndex(resetOf(1)),
      'behind the answer',
    );
    connection.send(headers(3));
    t.ok(await connection.find(endOf(3)), 'the connection goes on');
    connection.destroy();
  });
}

test('a body that fits the window of its stream is never reset, whenever its answer is sent', async (t) => {
  const { gateway } = await startRefusing(t);
  const most = 16 * 1024;
  const reset = await wasReset(
    () => FrameConnection.open(gateway),
    async (connection) => {
      connection.send(headers(1, refused, FLAG.END_HEADERS));
      for (let i = 0; i < 3; i++) connection.send(data(1, Buffer.alloc(most), 0));
      t.ok(await connection.find(endOf(1)));
      await turn(connection, 'a');
      // Of 64 KiB a quarter is left, and what came before the answer was sent.
      connection.send(data(1, Buffer.alloc(most - 1), 0), data(1, ''), headers(3));
      t.ok(await connection.find(endOf(3)));
    },
  );
  t.notOk(reset);
});

test('a refusal is logged when it has been sent, not when its stream is over', async (t) => {
  const { gateway } = await startRefusing(t);
  const reset = await wasReset(
    () => FrameConnection.open(gateway),
    async (connection) => {
      connection.send(headers(1, refused, FLAG.END_HEADERS));
      await connection.find(endOf(1));
      t.ok(await gateway.log.find((line) => line.type === 'access' && line.status === 403));
    },
  );
  t.notOk(reset);
});
