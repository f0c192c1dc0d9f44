import { test } from 'tap';

import { readRequests } from '../../support/strict-http-reader.js';

const read = (text: string) => readRequests(Buffer.from(text, 'latin1'));

test('several sound requests are read whole', async (t) => {
  const text =
    'GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n' +
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc' +
    'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a="b"\r\nx\r\n0\r\nT: 1\r\n\r\n';
  const { requests, end, violation } = read(text);
  t.same(
    requests.map(({ method, target, body }) => [method, target, body.toString()]),
    [
      ['GET', '/a?b', ''],
      ['POST', '/', 'abc'],
      ['PUT', '/', 'x'],
    ],
  );
  t.equal(end, text.length);
  t.equal(violation, undefined);
});

test('the beginning of a request is neither a request nor a violation', async (t) => {
  const whole =
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n';
  for (let length = 1; length < whole.length; length++) {
    t.same(read(whole.slice(0, length)), { requests: [], end: 0, violation: undefined });
  }
});

const UNSOUND = [
  'GET / HTTP/1.1\nHost: a\n\n',
  'GET / HTTP/1.1\r\nHost: a\r\nX: 1\rY: 2\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
  'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n',
  'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1 \r\nHost: a\r\n\r\n',
  'GET / HTTP/2.0\r\nHost: a\r\n\r\n',
  'GET a HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n',
  '\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
  'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n',
];

test('what RFC 9112 does not allow is a violation', async (t) => {
  for (const text of UNSOUND) t.type(read(text).violation, 'string', JSON.stringify(text));
});

test('requests before a violation count', async (t) => {
  const sound = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  t.match(read(`${sound}\0`), { requests: { length: 1 }, end: sound.length });
  t.equal(read(`${sound}x y\r\n`).requests.length, 1);
  t.type(read(`${sound}x y\r\n`).violation, 'string');
});
