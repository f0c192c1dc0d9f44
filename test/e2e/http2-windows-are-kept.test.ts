import { test } from 'tap';

import {
  answers,
  type Case,
  connectionError,
  runCases,
  streamError,
} from '../support/h2-conformance.js';
import {
  CODE,
  FLAG,
  type FrameConnection,
  headers,
  request,
  settings,
  TYPE,
  windowUpdate,
} from '../support/h2-frames.js';

const { FLOW_CONTROL_ERROR, PROTOCOL_ERROR } = CODE;
const hold = request({ ':path': '/hold' });
const LARGEST = 0x7fffffff;

const bodyOf = (connection: FrameConnection, stream: number): Buffer =>
  Buffer.concat(
    connection.frames
      .filter((frame) => frame.type === TYPE.DATA && frame.stream === stream)
      .map(({ payload }) => payload),
  );

const ended = (connection: FrameConnection, stream: number) =>
  connection.find(
    (frame) =>
      frame.stream === stream && frame.type === TYPE.DATA && (frame.flags & FLAG.END_STREAM) !== 0,
  );

/** step asks on a window of `window` bytes and opens it further byte by byte; "hello" must come piece by piece. */
async function step(connection: FrameConnection): Promise<void> {
  connection.send(headers(1));
  for (let size = 1; size < 5; ++size) {
    await connection.find(() => bodyOf(connection, 1).length >= size);
    if (bodyOf(connection, 1).length !== size) throw new Error('more than the window');
    connection.send(windowUpdate(1, 1));
  }
  await ended(connection, 1);
  if (bodyOf(connection, 1).toString() !== 'hello') throw new Error('not the body');
}

const CASES: readonly Case[] = [
  { name: 'a window of one byte is kept', own: settings([4, 1]), send: step, outcome: answers(1) },
  {
    name: 'a window of nothing holds the body, and settings open it (RFC 9113 section 6.9.2)',
    own: settings([4, 0]),
    send: async (connection) => {
      connection.send(headers(1));
      await connection.find(({ type, stream }) => type === TYPE.HEADERS && stream === 1);
      if (bodyOf(connection, 1).length !== 0) throw new Error('more than the window');
      connection.send(settings([4, 5]));
      await ended(connection, 1);
    },
    outcome: answers(1),
  },
  {
    name: 'a window may become negative (6.9.2)',
    own: settings([4, 3]),
    send: async (connection) => {
      connection.send(headers(1));
      await connection.find(() => bodyOf(connection, 1).length === 3);
      connection.send(settings([4, 2]), windowUpdate(1, 2));
      await connection.find(() => bodyOf(connection, 1).length === 4);
      connection.send(windowUpdate(1, 1));
      await ended(connection, 1);
    },
    outcome: answers(1),
  },
  {
    name: 'an increment of 0 for the connection',
    send: [windowUpdate(0, 0)],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'an increment of 0 for a stream',
    send: [headers(1, hold), windowUpdate(1, 0)],
    outcome: streamError(1, PROTOCOL_ERROR),
  },
  {
    name: 'a window of the connection beyond the largest',
    send: [windowUpdate(0, LARGEST), windowUpdate(0, LARGEST)],
    outcome: connectionError(FLOW_CONTROL_ERROR),
  },
  {
    name: 'a window of a stream beyond the largest',
    send: [headers(1, hold), windowUpdate(1, LARGEST), windowUpdate(1, LARGEST)],
    outcome: streamError(1, FLOW_CONTROL_ERROR),
  },
  {
    name: 'settings that take a window beyond the largest',
    send: [headers(1, hold), windowUpdate(1, LARGEST - 65535), settings([4, 65536 * 2])],
    outcome: connectionError(FLOW_CONTROL_ERROR),
  },
];

test('no byte is sent beyond a window, and windows that cannot be end in an error', (t) =>
  runCases(t, CASES));
