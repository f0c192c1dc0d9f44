import { test } from 'tap';

import {
  answers,
  type Case,
  connectionError,
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
  ping,
  request,
  TYPE,
} from '../support/h2-frames.js';

const { COMPRESSION_ERROR, PROTOCOL_ERROR } = CODE;
const { END_HEADERS, END_STREAM } = FLAG;
const whole = block(request());

const blockOf = (bytes: Buffer): Buffer => frame(TYPE.HEADERS, END_HEADERS | END_STREAM, 1, bytes);

const CASES: readonly Case[] = [
  // Blocks in pieces (RFC 9113 sections 4.3 and 6.10)
  {
    name: 'a block in two frames',
    send: [
      frame(TYPE.HEADERS, END_STREAM, 1, whole.subarray(0, 7)),
      frame(TYPE.CONTINUATION, END_HEADERS, 1, whole.subarray(7)),
    ],
    outcome: answers(1),
  },
  {
    name: 'a block in four frames',
    send: [
      frame(TYPE.HEADERS, END_STREAM, 1, whole.subarray(0, 1)),
      frame(TYPE.CONTINUATION, 0, 1, whole.subarray(1, 2)),
      frame(TYPE.CONTINUATION, 0, 1),
      frame(TYPE.CONTINUATION, END_HEADERS, 1, whole.subarray(2)),
    ],
    outcome: answers(1),
  },
  {
    name: 'a PRIORITY within a block',
    send: [
      headers(1, request(), END_STREAM),
      frame(TYPE.PRIORITY, 0, 1, Buffer.alloc(5)),
      frame(TYPE.CONTINUATION, END_HEADERS, 1),
    ],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'a PING within a block',
    send: [headers(1, request(), END_STREAM), ping(), frame(TYPE.CONTINUATION, END_HEADERS, 1)],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'another stream within a block',
    send: [headers(1, request(), END_STREAM), headers(3)],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'DATA within a block',
    send: [headers(1, request({ ':method': 'POST' }), 0), data(1, 'x')],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'CONTINUATION after the end of a block',
    send: [
      headers(1, request({ ':path': '/hold' })),
      frame(TYPE.CONTINUATION, END_HEADERS, 1, block([['a', 'b']])),
    ],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'CONTINUATION after the end of a continued block',
    send: [
      headers(1, request({ ':path': '/hold' }), END_STREAM),
      frame(TYPE.CONTINUATION, END_HEADERS, 1),
      frame(TYPE.CONTINUATION, END_HEADERS, 1),
    ],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  {
    name: 'CONTINUATION after DATA',
    send: [
      headers(1, request({ ':method': 'POST', ':path': '/hold' }), END_HEADERS),
      data(1, 'x', 0),
      frame(TYPE.CONTINUATION, END_HEADERS, 1, block([['a', 'b']])),
    ],
    outcome: connectionError(PROTOCOL_ERROR),
  },
  // HPACK (RFC 7541)
  {
    name: 'a block that ends within a field',
    send: [blockOf(whole.subarray(0, whole.length - 1))],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'an index beyond both tables (2.3.3)',
    send: [blockOf(Buffer.concat([whole, Buffer.from([0xc6])]))],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'index 0 (6.1)',
    send: [blockOf(Buffer.concat([whole, Buffer.from([0x80])]))],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'a name by an index beyond both tables (2.3.3)',
    send: [blockOf(Buffer.concat([whole, Buffer.from([0x7f, 0x07, 0x01, 0x61])]))],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'a table size update at the end of a block (4.2)',
    send: [blockOf(Buffer.concat([whole, Buffer.from([0x20])]))],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'a table size above the limit (6.3)',
    send: [blockOf(Buffer.concat([Buffer.from([0x3f, 0xe2, 0x1f]), whole]))],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'a table size update in front (6.3)',
    send: [blockOf(Buffer.concat([Buffer.from([0x20]), whole]))],
    outcome: answers(1),
  },
  {
    name: 'padding of Huffman code that is no prefix of EOS (5.2)',
    send: [blockOf(Buffer.concat([whole, Buffer.from([0x00, 0x01, 0x61, 0x81, 0x18])]))],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'padding of Huffman code longer than 7 bits (5.2)',
    send: [blockOf(Buffer.concat([whole, Buffer.from([0x00, 0x01, 0x61, 0x82, 0x1f, 0xff])]))],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'EOS within Huffman code (5.2)',
    send: [
      blockOf(
        Buffer.concat([whole, Buffer.from([0x00, 0x01, 0x61, 0x84, 0xff, 0xff, 0xff, 0xff])]),
      ),
    ],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'a whole request by indices',
    send: [
      blockOf(
        Buffer.concat([
          Buffer.from([0x82, 0x87]),
          block([
            [':path', '/hello'],
            [':authority', 'localhost'],
          ]),
        ]),
      ),
    ],
    outcome: answers(1),
  },
  // Each representation of RFC 7541 section 6.2, of which a table of the connection's is made
  {
    name: 'a literal that is kept, and its index in the next request',
    send: [
      blockOf(Buffer.concat([whole, Buffer.from([0x40, 0x01, 0x78, 0x01, 0x79])])),
      frame(TYPE.HEADERS, END_HEADERS | END_STREAM, 3, Buffer.concat([whole, Buffer.from([0xbe])])),
    ],
    outcome: answers(3),
  },
  {
    name: 'an index of a table that a size update has emptied',
    send: [
      blockOf(Buffer.concat([whole, Buffer.from([0x40, 0x01, 0x78, 0x01, 0x79])])),
      frame(
        TYPE.HEADERS,
        END_HEADERS | END_STREAM,
        3,
        Buffer.concat([Buffer.from([0x20]), whole, Buffer.from([0xbe])]),
      ),
    ],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'a literal that is never to be kept, in Huffman code',
    send: [blockOf(Buffer.concat([whole, Buffer.from([0x10, 0x01, 0x78, 0x81, 0x1f])]))],
    outcome: answers(1),
  },
  {
    name: 'a name by its index',
    send: [blockOf(Buffer.concat([whole, Buffer.from([0x0f, 0x2b, 0x01, 0x79])]))],
    outcome: answers(1),
  },
  {
    name: 'a length without an end (5.1)',
    send: [
      blockOf(
        Buffer.concat([whole, Buffer.from([0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])]),
      ),
    ],
    outcome: connectionError(COMPRESSION_ERROR),
  },
  {
    name: 'an error in a block does not pass for one of its stream',
    send: [blockOf(Buffer.from([0x80]))],
    outcome: streamError(0, COMPRESSION_ERROR),
  },
];

test('header blocks that are not whole or not valid HPACK end the connection', (t) =>
  runCases(t, CASES));
