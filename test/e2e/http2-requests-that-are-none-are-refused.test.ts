import { test } from 'tap';

import {
  answers,
  type Case,
  runCases,
  startConformanceGateway,
  streamError,
} from '../support/h2-conformance.js';
import {
  CODE,
  data,
  type Fields,
  FLAG,
  FrameConnection,
  headers,
  request,
  TYPE,
} from '../support/h2-frames.js';

const { PROTOCOL_ERROR } = CODE;
const OPEN = FLAG.END_HEADERS;
const malformed = streamError(1, PROTOCOL_ERROR);
const post = (more: Fields = []): Fields =>
  request({ ':method': 'POST', ':path': '/upload' }, more);
const without = (name: string): Fields => request().filter(([field]) => field !== name);
const get = (own: Readonly<Record<string, string>>, more: Fields = []): readonly Buffer[] => [
  headers(1, request(own, more)),
];

// RFC 9113 sections 8.1 to 8.3: a stream error of type PROTOCOL_ERROR.
const MALFORMED: readonly Case[] = [
  {
    name: 'a name with an upper-case letter',
    send: get({}, [['X-TEST', 'ok']]),
    outcome: malformed,
  },
  { name: 'an empty name', send: get({}, [['', 'ok']]), outcome: malformed },
  { name: 'a name with a space', send: get({}, [['x test', 'ok']]), outcome: malformed },
  { name: 'a name with a colon', send: get({}, [['x:test', 'ok']]), outcome: malformed },
  { name: 'a value with a line feed', send: get({}, [['x-test', 'a\nb']]), outcome: malformed },
  {
    name: 'a value with a carriage return',
    send: get({}, [['x-test', 'a\rb']]),
    outcome: malformed,
  },
  { name: 'a value with NUL', send: get({}, [['x-test', 'a\0b']]), outcome: malformed },
  {
    name: 'a value that begins with a space',
    send: get({}, [['x-test', ' a']]),
    outcome: malformed,
  },
  { name: 'a value that ends with a tab', send: get({}, [['x-test', 'a\t']]), outcome: malformed },
  {
    name: 'an unknown pseudo-field',
    send: [headers(1, [[':test', 'ok'], ...request()])],
    outcome: malformed,
  },
  {
    name: 'a pseudo-field of responses',
    send: [headers(1, [[':status', '200'], ...request()])],
    outcome: malformed,
  },
  {
    name: ':protocol with another method (RFC 8441 section 4)',
    send: [headers(1, [[':protocol', 'websocket'], ...request()])],
    outcome: malformed,
  },
  {
    name: 'a pseudo-field after a field',
    send: [headers(1, [['x-test', 'ok'], ...request()])],
    outcome: malformed,
  },
  { name: 'Connection', send: get({}, [['connection', 'keep-alive']]), outcome: malformed },
  {
    name: 'Transfer-Encoding',
    send: [headers(1, post([['transfer-encoding', 'chunked']]), OPEN)],
    outcome: malformed,
  },
  { name: 'Upgrade', send: get({}, [['upgrade', 'foo']]), outcome: malformed },
  { name: 'Keep-Alive', send: get({}, [['keep-alive', 'x']]), outcome: malformed },
  { name: 'Proxy-Connection', send: get({}, [['proxy-connection', 'x']]), outcome: malformed },
  {
    name: 'TE other than trailers',
    send: get({}, [['te', 'trailers, deflate']]),
    outcome: malformed,
  },
  { name: 'an empty :path', send: get({ ':path': '' }), outcome: malformed },
  { name: 'no :method', send: [headers(1, without(':method'))], outcome: malformed },
  { name: 'no :scheme', send: [headers(1, without(':scheme'))], outcome: malformed },
  { name: ':path is missing', send: [headers(1, without(':path'))], outcome: malformed },
  {
    name: 'two :method',
    send: [headers(1, [[':method', 'GET'], ...request()])],
    outcome: malformed,
  },
  {
    name: 'two :scheme',
    send: [headers(1, [[':scheme', 'https'], ...request()])],
    outcome: malformed,
  },
  { name: 'two :path', send: [headers(1, [[':path', '/'], ...request()])], outcome: malformed },
  {
    name: 'two :authority',
    send: [headers(1, [[':authority', 'a'], ...request()])],
    outcome: malformed,
  },
  {
    name: 'a body longer than Content-Length',
    send: [
      headers(1, request({ ':method': 'POST', ':path': '/hold' }, [['content-length', '1']]), OPEN),
      data(1, 'test'),
    ],
    outcome: malformed,
  },
  {
    name: 'a body shorter than Content-Length',
    send: [
      headers(1, request({ ':method': 'POST', ':path': '/hold' }, [['content-length', '9']]), OPEN),
      data(1, 'test'),
    ],
    outcome: malformed,
  },
  {
    name: 'several DATA frames that are not Content-Length together',
    send: [
      headers(1, request({ ':method': 'POST', ':path': '/hold' }, [['content-length', '1']]), OPEN),
      data(1, 'a', 0),
      data(1, 'b'),
    ],
    outcome: malformed,
  },
  {
    name: 'two Content-Length',
    send: [
      headers(
        1,
        post([
          ['content-length', '1'],
          ['content-length', '1'],
        ]),
        OPEN,
      ),
    ],
    outcome: malformed,
  },
  {
    name: 'Content-Length that is no number',
    send: [headers(1, post([['content-length', '+1']]), OPEN)],
    outcome: malformed,
  },
  {
    name: 'a pseudo-field in trailers',
    send: [
      headers(1, request({ ':method': 'POST', ':path': '/hold' }), OPEN),
      data(1, 'x', 0),
      headers(1, [[':method', 'GET']]),
    ],
    outcome: malformed,
  },
  {
    name: 'a second block that does not end the request',
    send: [
      headers(1, request({ ':method': 'POST', ':path': '/hold' }), OPEN),
      headers(1, [['x-test', 'ok']], OPEN),
    ],
    outcome: malformed,
  },
  {
    name: 'Connection in trailers',
    send: [
      headers(1, request({ ':method': 'POST', ':path': '/hold' }), OPEN),
      headers(1, [['connection', 'close']]),
    ],
    outcome: malformed,
  },
];

// What HTTP/1.1 would be refused for, and what is only unusual.
const ANSWERED: readonly Case[] = [
  { name: 'HEAD', send: get({ ':method': 'HEAD' }), outcome: answers(1) },
  { name: 'TE: trailers', send: get({}, [['te', 'trailers']]), outcome: answers(1) },
  {
    name: 'a request with trailers',
    send: [headers(1, post(), OPEN), data(1, 'x', 0), headers(1, [['x-sum', '1']])],
    outcome: answers(1),
  },
  {
    name: 'Host beside the same :authority',
    send: get({}, [['host', 'localhost']]),
    outcome: answers(1),
  },
  {
    name: 'Host in place of :authority',
    send: [headers(1, [...without(':authority'), ['host', 'localhost']])],
    outcome: answers(1),
  },
  {
    name: 'Host other than :authority',
    send: get({}, [['host', 'elsewhere']]),
    outcome: answers(1, 400),
  },
  {
    name: 'two Hosts',
    send: [headers(1, [...without(':authority'), ['host', 'localhost'], ['host', 'localhost']])],
    outcome: malformed,
  },
  { name: 'no host at all', send: [headers(1, without(':authority'))], outcome: malformed },
  {
    name: 'user information in :authority',
    send: get({ ':authority': 'user@localhost' }),
    outcome: malformed,
  },
  { name: 'a fragment in :path', send: get({ ':path': '/hello#x' }), outcome: answers(1, 400) },
  {
    name: 'an encoded slash in :path',
    send: get({ ':path': '/a%2Fhello' }),
    outcome: answers(1, 400),
  },
  {
    name: 'a name that looks like Content-Length',
    send: get({}, [['content_length', '1']]),
    outcome: answers(1, 400),
  },
  {
    name: 'a path that needs its canonical form',
    send: get({ ':path': '/a/../%68ello' }),
    outcome: answers(1),
  },
];

test('malformed requests end in a stream error, and ambiguous ones in an answer', (t) =>
  runCases(t, [...MALFORMED, ...ANSWERED]));

test('a refused request has its line in the log, and the connection goes on', async (t) => {
  const gateway = await startConformanceGateway(t);
  const connection = await FrameConnection.open(gateway);
  connection.send(headers(1, request({}, [['connection', 'close']])), headers(3));
  const line = await gateway.log.find(
    ({ type, code }) => type === 'access' && code === 'malformed-request',
  );
  t.match(line, { protocol: 'HTTP/2.0', status: 0, path: '/hello' });
  t.ok(await connection.find(({ type, stream }) => type === TYPE.HEADERS && stream === 3));
  connection.destroy();
});
