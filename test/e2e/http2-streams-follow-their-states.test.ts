import { test } from 'tap';

import {
  answers,
  type Case,
  connectionError,
  GOES_ON,
  runCases,
  streamError,
} from '../support/h2-conformance.js';
import {
  block,
  CODE,
  data,
  FLAG,
  type FrameConnection,
  frame,
  headers,
  request,
  reset,
  TYPE,
  uint32,
  windowUpdate,
} from '../support/h2-frames.js';

const { PROTOCOL_ERROR, STREAM_CLOSED, REFUSED_STREAM, CANCEL } = CODE;
const OPEN = FLAG.END_HEADERS;
const hold = request({ ':path': '/hold' });
const holdPost = request({ ':method': 'POST', ':path': '/hold' });

/** afterAnswer sends once the response to stream 1 is complete: the stream is closed on both sides. */
const afterAnswer =
  (...frames: readonly Buffer[]) =>
  async (connection: FrameConnection): Promise<void> => {
    connection.send(headers(1));
    await connection.find(
      ({ stream, type, flags }) =>
        stream === 1 && type === TYPE.DATA && (flags & FLAG.END_STREAM) !== 0,
    );
    connection.send(...frames);
  };

const resetWith = (connection: FrameConnection, id: number, code: number) =>
  connection.find(
    ({ stream, type, payload }) =>
      stream === id && type === TYPE.RST_STREAM && payload.readUInt32BE() === code,
  );

/** dependency is a PRIORITY: the stream comes below another, with a weight of 17. */
const dependency = (stream: number, on: number): Buffer =>
  frame(TYPE.PRIORITY, 0, stream, Buffer.concat([uint32(on), Buffer.from([16])]));
const EXCLUSIVE = 0x80000000;

const CASES: readonly Case[] = [
  // Idle (RFC 9113 section 5.1)
  {
    name: 'DATA on an idle stream',
    send: [data(1, 'x')],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'RST_STREAM on an idle stream',
    send: [reset(1, CANCEL)],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'WINDOW_UPDATE on an idle stream',
    send: [windowUpdate(1, 1)],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'CONTINUATION on an idle stream',
    send: [frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 1, block(request()))],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  // Half-closed by the client
  {
    name: 'DATA after the end of the request',
    send: [headers(1, hold), data(1, 'x')],
    outcome: streamError(1, STREAM_CLOSED),
  },
  {
    name: 'HEADERS after the end of the request',
    send: [headers(1, hold), headers(1, hold)],
    outcome: streamError(1, STREAM_CLOSED),
  },
  {
    name: 'CONTINUATION after the end of the request',
    send: [headers(1, hold), frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 1, block(request()))],
    outcome: connectionError(PROTOCOL_ERROR, STREAM_CLOSED),
  },
  {
    name: 'WINDOW_UPDATE after the end of the request',
    send: [headers(1, hold), windowUpdate(1, 10)],
    outcome: GOES_ON,
  },
  {
    name: 'PRIORITY after the end of the request',
    send: [
      headers(1, hold),
      frame(TYPE.PRIORITY, 0, 1, Buffer.concat([uint32(0), Buffer.from([1])])),
    ],
    outcome: GOES_ON,
  },
  {
    name: 'RST_STREAM after the end of the request',
    send: [headers(1, hold), reset(1, CANCEL)],
    outcome: GOES_ON,
  },
  // Closed, by the client's reset
  {
    name: 'DATA on a stream that was reset',
    send: [headers(1, holdPost, OPEN), reset(1, CANCEL), data(1, 'x')],
    outcome: streamError(1, STREAM_CLOSED),
  },
  {
    name: 'DATA on a stream that was reset is an error of that stream alone',
    send: async (connection) => {
      connection.send(headers(1, holdPost, OPEN), reset(1, CANCEL), data(1, 'x', 0));
      await resetWith(connection, 1, STREAM_CLOSED);
      connection.send(data(1, 'y'), headers(3));
    },
    outcome: answers(3),
  },
  {
    name: 'HEADERS on a stream that was reset',
    send: [headers(1, holdPost, OPEN), reset(1, CANCEL), headers(1)],
    outcome: connectionError(STREAM_CLOSED),
  },
  {
    name: 'CONTINUATION on a stream that was reset',
    send: [
      headers(1, holdPost, OPEN),
      reset(1, CANCEL),
      frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 1, block(request())),
    ],
    outcome: connectionError(PROTOCOL_ERROR, STREAM_CLOSED),
  },
  // Closed, by the ends of both messages
  {
    name: 'DATA on a closed stream',
    send: afterAnswer(data(1, 'x')),
    outcome: streamError(1, STREAM_CLOSED),
  },
  {
    name: 'DATA on a closed stream is an error of that stream alone',
    send: async (connection) => {
      await afterAnswer(data(1, 'x'))(connection);
      await resetWith(connection, 1, STREAM_CLOSED);
      connection.send(headers(3));
    },
    outcome: answers(3),
  },
  {
    name: 'WINDOW_UPDATE on a closed stream',
    send: afterAnswer(windowUpdate(1, 100)),
    outcome: GOES_ON,
  },
  { name: 'RST_STREAM on a closed stream', send: afterAnswer(reset(1, CANCEL)), outcome: GOES_ON },
  {
    name: 'PRIORITY on a closed stream',
    send: afterAnswer(frame(TYPE.PRIORITY, 0, 1, Buffer.concat([uint32(0), Buffer.from([1])]))),
    outcome: GOES_ON,
  },
  {
    name: 'HEADERS on a closed stream',
    send: afterAnswer(headers(1)),
    outcome: connectionError(STREAM_CLOSED),
  },
  {
    name: 'CONTINUATION on a closed stream',
    send: afterAnswer(frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 1, block(request()))),
    outcome: connectionError(PROTOCOL_ERROR, STREAM_CLOSED),
  },
  // Identifiers (5.1.1)
  {
    name: 'a stream with an even number',
    send: [headers(2)],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'a stream with a number below the last',
    send: [headers(5, hold), headers(3, hold)],
    outcome: connectionError(PROTOCOL_ERROR, STREAM_CLOSED),
  },
  {
    name: 'trailers for a request that was answered early and reset',
    send: async (connection) => {
      connection.send(headers(1, request({ ':method': 'POST' }), OPEN));
      await connection.find(({ type, stream }) => type === TYPE.RST_STREAM && stream === 1);
      connection.send(data(1, 'late', 0), headers(1, [['x-sum', '1']]), headers(3));
    },
    outcome: answers(3),
  },
  { name: 'numbers with gaps', send: [headers(101)], outcome: answers(101) },
  // Concurrency (5.1.2)
  {
    name: 'more streams than are allowed',
    send: Array.from({ length: 101 }, (_, i) => headers(2 * i + 1, hold)),
    outcome: streamError(201, PROTOCOL_ERROR, REFUSED_STREAM),
  },
  // Dependencies (RFC 7540 section 5.3.1) count for nothing any more, but must be possible
  {
    name: 'streams that depend on others, on none that is there, and on one alone',
    send: [
      dependency(1, 0),
      headers(1),
      dependency(3, 1),
      dependency(9, 7),
      dependency(5, EXCLUSIVE + 3),
      headers(3),
    ],
    outcome: answers(3),
  },
  {
    name: 'a PRIORITY by which an idle stream depends on itself',
    send: [dependency(1, 1)],
    outcome: streamError(1, PROTOCOL_ERROR),
  },
  {
    name: 'a PRIORITY by which an open stream depends on itself alone',
    send: [headers(1, holdPost, OPEN), dependency(1, EXCLUSIVE + 1)],
    outcome: streamError(1, PROTOCOL_ERROR),
  },
  {
    name: 'a stream that depends on itself',
    send: [
      frame(
        TYPE.HEADERS,
        FLAG.PRIORITY | FLAG.END_HEADERS | FLAG.END_STREAM,
        1,
        Buffer.concat([uint32(1), Buffer.from([16]), block(request())]),
      ),
    ],
    outcome: streamError(1, PROTOCOL_ERROR),
  },
  // Unknown frames within a header block (5.5)
  {
    name: 'an unknown frame within a header block',
    send: [
      headers(1, request(), FLAG.END_STREAM),
      frame(0x16, 0, 1, Buffer.alloc(4)),
      frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 1),
    ],
    outcome: connectionError(PROTOCOL_ERROR),
  },
];

test('frames that do not fit the state of their stream end in the error that RFC 9113 names', (t) =>
  runCases(t, CASES));
