import { test } from 'tap';

import {
  answers,
  type Case,
  CLOSED,
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
  frame,
  headers,
  PREFACE,
  ping,
  request,
  reset,
  settings,
  TYPE,
  uint32,
  windowUpdate,
} from '../support/h2-frames.js';

const { FRAME_SIZE_ERROR, PROTOCOL_ERROR, FLOW_CONTROL_ERROR } = CODE;
const post = request({ ':method': 'POST', ':path': '/upload' });
const OPEN = FLAG.END_HEADERS;

const CASES: readonly Case[] = [
  // Connection preface (RFC 9113 section 3.4)
  {
    name: 'another preface',
    own: 'none',
    send: [Buffer.from('INVALID CONNECTION PREFACE\r\n\r\n')],
    outcome: CLOSED,
  },
  {
    name: 'a preface without SETTINGS',
    own: 'none',
    send: [PREFACE, ping()],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  // Frame format (4.1)
  {
    name: 'a frame of unknown type',
    send: [frame(0x16, 0, 0, Buffer.alloc(8)), headers(1)],
    outcome: answers(1),
  },
  { name: 'undefined flags', send: [ping(0x16)], outcome: GOES_ON },
  {
    name: 'a reserved bit',
    send: [frame(TYPE.PING, 0, 0x80000000, Buffer.alloc(8))],
    outcome: GOES_ON,
  },
  // Frame size (4.2)
  {
    name: 'DATA of the largest size',
    send: [headers(1, post, OPEN), data(1, Buffer.alloc(16384))],
    outcome: answers(1),
  },
  {
    name: 'DATA that is too large',
    send: [headers(1, post, OPEN), data(1, Buffer.alloc(16385))],
    outcome: streamError(1, FRAME_SIZE_ERROR),
  },
  {
    name: 'HEADERS that are too large',
    send: [
      headers(
        1,
        request(
          {},
          Array.from({ length: 5 }, (_, i) => [`x-${i}`, 'x'.repeat(4096)] as const),
        ),
      ),
    ],
    outcome: connectionError(FRAME_SIZE_ERROR),
  },
  // DATA (6.1)
  { name: 'DATA on stream 0', send: [data(0, 'test')], outcome: connectionError(PROTOCOL_ERROR) },
  {
    name: 'DATA with more padding than payload',
    send: [
      headers(1, post, OPEN),
      frame(TYPE.DATA, FLAG.PADDED | FLAG.END_STREAM, 1, Buffer.from([6, 1, 1, 1, 1, 1])),
    ],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'padded DATA',
    send: [
      headers(1, post, OPEN),
      frame(TYPE.DATA, FLAG.PADDED | FLAG.END_STREAM, 1, Buffer.from([2, 65, 66, 0, 0])),
    ],
    outcome: answers(1),
  },
  {
    name: 'several DATA frames, and empty ones',
    send: [headers(1, post, OPEN), data(1, 'a', 0), data(1, '', 0), data(1, 'b', 0), data(1, '')],
    outcome: answers(1),
  },
  // HEADERS (6.2)
  { name: 'HEADERS on stream 0', send: [headers(0)], outcome: connectionError(PROTOCOL_ERROR) },
  {
    name: 'HEADERS with more padding than payload',
    send: [
      frame(
        TYPE.HEADERS,
        FLAG.PADDED | FLAG.END_HEADERS | FLAG.END_STREAM,
        1,
        Buffer.concat([Buffer.from([200]), block(request())]),
      ),
    ],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'padded HEADERS with a priority',
    send: [
      frame(
        TYPE.HEADERS,
        FLAG.PADDED | FLAG.PRIORITY | FLAG.END_HEADERS | FLAG.END_STREAM,
        1,
        Buffer.concat([
          Buffer.from([3]),
          uint32(0),
          Buffer.from([16]),
          block(request()),
          Buffer.alloc(3),
        ]),
      ),
    ],
    outcome: answers(1),
  },
  // PRIORITY (6.3)
  {
    name: 'PRIORITY with a size other than 5',
    send: [headers(1, post, OPEN), frame(TYPE.PRIORITY, 0, 1, Buffer.alloc(4))],
    outcome: streamError(1, FRAME_SIZE_ERROR),
  },
  {
    name: 'PRIORITY on stream 0',
    send: [frame(TYPE.PRIORITY, 0, 0, Buffer.concat([uint32(0), Buffer.from([1])]))],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'PRIORITY on a stream that does not exist',
    send: [frame(TYPE.PRIORITY, 0, 3, Buffer.concat([uint32(0), Buffer.from([1])])), headers(5)],
    outcome: answers(5),
  },
  // RST_STREAM (6.4)
  {
    name: 'RST_STREAM on stream 0',
    send: [reset(0, CODE.CANCEL)],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'RST_STREAM on an idle stream',
    send: [reset(1, CODE.CANCEL)],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'RST_STREAM with a size other than 4',
    send: [headers(1, post, OPEN), frame(TYPE.RST_STREAM, 0, 1, Buffer.alloc(3))],
    outcome: connectionError(FRAME_SIZE_ERROR),
  },
  // SETTINGS (6.5)
  {
    name: 'SETTINGS acknowledged with a payload',
    send: [frame(TYPE.SETTINGS, FLAG.ACK, 0, Buffer.alloc(6))],
    outcome: connectionError(FRAME_SIZE_ERROR),
  },
  {
    name: 'SETTINGS on a stream',
    send: [frame(TYPE.SETTINGS, 0, 1, Buffer.alloc(6))],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'SETTINGS of a size that is no multiple of 6',
    send: [frame(TYPE.SETTINGS, 0, 0, Buffer.alloc(5))],
    outcome: connectionError(FRAME_SIZE_ERROR),
  },
  {
    name: 'ENABLE_PUSH other than 0 and 1',
    send: [settings([2, 2])],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'INITIAL_WINDOW_SIZE beyond the largest',
    send: [settings([4, 0x80000000])],
    outcome: connectionError(FLOW_CONTROL_ERROR),
  },
  {
    name: 'MAX_FRAME_SIZE below the least',
    send: [settings([5, 16383])],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'MAX_FRAME_SIZE beyond the largest',
    send: [settings([5, 16777216])],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'SETTINGS are acknowledged, each',
    send: async (connection) => {
      const acknowledged = () =>
        connection.frames.filter(
          ({ type, flags }) => type === TYPE.SETTINGS && (flags & FLAG.ACK) !== 0,
        ).length;
      const before = acknowledged();
      connection.send(settings([3, 100]), settings());
      await connection.find(() => acknowledged() >= before + 2);
    },
    outcome: GOES_ON,
  },
  { name: 'an unknown setting', send: [settings([0xff, 1])], outcome: GOES_ON },
  { name: 'several values of one setting', send: [settings([4, 100], [4, 1])], outcome: GOES_ON },
  // PUSH_PROMISE (6.6): clients may not
  {
    name: 'PUSH_PROMISE from a client',
    send: [
      headers(1, post, OPEN),
      frame(TYPE.PUSH_PROMISE, FLAG.END_HEADERS, 1, Buffer.concat([uint32(2), block(request())])),
    ],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  // PING (6.7)
  { name: 'PING', send: [ping()], outcome: GOES_ON },
  { name: 'an acknowledgement that nobody waits for', send: [ping(FLAG.ACK)], outcome: GOES_ON },
  {
    name: 'PING on a stream',
    send: [frame(TYPE.PING, 0, 1, Buffer.alloc(8))],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'PING with a size other than 8',
    send: [frame(TYPE.PING, 0, 0, Buffer.alloc(6))],
    outcome: connectionError(FRAME_SIZE_ERROR),
  },
  // GOAWAY (6.8)
  {
    name: 'GOAWAY on a stream',
    send: [frame(TYPE.GOAWAY, 0, 1, Buffer.alloc(8))],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'GOAWAY from an idle client',
    send: [frame(TYPE.GOAWAY, 0, 0, Buffer.alloc(8))],
    outcome: CLOSED,
  },
  // Error codes that nobody knows (7)
  {
    name: 'GOAWAY with an unknown code',
    send: [frame(TYPE.GOAWAY, 0, 0, Buffer.concat([uint32(0), uint32(0xff)]))],
    outcome: CLOSED,
  },
  {
    name: 'RST_STREAM with an unknown code',
    send: [
      headers(1, request({ ':method': 'POST', ':path': '/hold' }), OPEN),
      reset(1, 0xff),
      headers(3),
    ],
    outcome: answers(3),
  },
  // WINDOW_UPDATE (6.9)
  {
    name: 'WINDOW_UPDATE with a size other than 4',
    send: [frame(TYPE.WINDOW_UPDATE, 0, 0, Buffer.alloc(3))],
    outcome: connectionError(FRAME_SIZE_ERROR),
  },
  {
    name: 'WINDOW_UPDATE on an idle stream',
    send: [windowUpdate(1, 100)],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  // CONTINUATION (6.10)
  {
    name: 'CONTINUATION on stream 0',
    send: [
      headers(1, request(), FLAG.END_STREAM),
      frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 0, block([['a', 'b']])),
    ],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'CONTINUATION without a header block',
    send: [frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 1, block([['a', 'b']]))],
    outcome: connectionError(PROTOCOL_ERROR),
  },
];

test('frames of the wrong size or shape end in the error that RFC 9113 names', (t) =>
  runCases(t, CASES));
