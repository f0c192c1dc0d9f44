import { test } from 'tap';

import { get, post, startFront, VERSIONS } from '../support/front.js';
import { isHttp2 } from '../support/http-connection.js';
import { startRecordingUpstream } from '../support/recording-upstream.js';

interface Refusal {
  readonly sends: string;
  readonly status: number;
  readonly code: string;
  /** The connection can go on: the request was understood, and it was complete. */
  readonly goesOn: boolean;
  /** Over HTTP/2 there is no such fault, or it is one of frames: see http2-requests-that-are-none-are-refused. */
  readonly http1?: true;
}

const CHUNKED = get('/api', 'Transfer-Encoding: chunked');

const REFUSALS: readonly Refusal[] = [
  { sends: get('/nowhere'), status: 404, code: 'no-route', goesOn: true },
  { sends: post('/only-get', 'x'), status: 405, code: 'method-not-allowed', goesOn: true },
  { sends: get('/other'), status: 403, code: 'not-pinned', goesOn: true },
  { sends: get('/api/%2f'), status: 400, code: 'bad-path', goesOn: true },
  { sends: get('/api/a//b'), status: 400, code: 'bad-path', goesOn: true },
  { sends: get('/api/../..'), status: 400, code: 'bad-path', goesOn: true },
  { sends: get('/api/%'), status: 400, code: 'bad-path', goesOn: true },
  { sends: get('/api', 'Host: b'), status: 400, code: 'bad-host', goesOn: false, http1: true },
  { sends: 'GET /api HTTP/1.1\r\n\r\n', status: 400, code: 'bad-host', goesOn: false, http1: true },
  { sends: get('http://b/api'), status: 400, code: 'bad-host', goesOn: false, http1: true },
  {
    sends: 'GET /api HTTP/1.1\nHost: a\n\n',
    status: 400,
    code: 'malformed-request',
    goesOn: false,
    http1: true,
  },
  { sends: '\x16\x03\x01', status: 400, code: 'malformed-request', goesOn: false, http1: true },
  {
    sends: get('/api', 'X : y'),
    status: 400,
    code: 'malformed-request',
    goesOn: false,
    http1: true,
  },
  {
    sends: post('/api', 'x', 'Transfer-Encoding: chunked'),
    status: 400,
    code: 'ambiguous-framing',
    goesOn: false,
    http1: true,
  },
  { sends: `${CHUNKED}z\r\n`, status: 400, code: 'malformed-body', goesOn: false, http1: true },
  { sends: get(`/api/${'a'.repeat(300)}`), status: 414, code: 'target-too-long', goesOn: false },
  {
    sends: get('/api', `X: ${'a'.repeat(2100)}`),
    status: 431,
    code: 'head-too-large',
    goesOn: false,
  },
  {
    sends: get('/api', ...Array(21).fill('X: y')),
    status: 431,
    code: 'head-too-large',
    goesOn: false,
  },
  { sends: post('/api', 'x'.repeat(101)), status: 413, code: 'body-too-large', goesOn: true },
  {
    sends: `${CHUNKED}65\r\n${'x'.repeat(101)}`,
    status: 413,
    code: 'body-too-large',
    goesOn: false,
    http1: true,
  },
  {
    sends: get('/api', 'Transfer-Encoding: gzip, chunked'),
    status: 501,
    code: 'unsupported-transfer-coding',
    goesOn: false,
    http1: true,
  },
  {
    sends: 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
    status: 501,
    code: 'unsupported-method',
    goesOn: false,
    http1: true,
  },
  {
    sends: 'GET /api HTTP/2.0\r\nHost: a\r\n\r\n',
    status: 505,
    code: 'unsupported-version',
    goesOn: false,
    http1: true,
  },
  {
    sends: get('/api', 'Expect: the-unexpected'),
    status: 417,
    code: 'expectation-failed',
    goesOn: false,
  },
];

const TITLES: Readonly<Record<number, RegExp>> = { 413: /Content Too Large/, 431: /Header/ };

test('status, code and body of every refusal', async (t) => {
  const upstream = await startRecordingUpstream();
  t.teardown(() => upstream.close());
  const front = await startFront(t, upstream.url, {
    limits: { headBytes: 2048, headFields: 20, targetBytes: 256, bodyBytes: 100 },
    path: '/api/*',
    clients: { other: { pins: ['22'.repeat(32)] } },
    more: [
      {
        name: 'only-get',
        match: { path: '/only-get', methods: ['GET'] },
        allow: ['client'],
        proxy: 'service',
      },
      { name: 'other', match: { path: '/other' }, allow: ['other'], proxy: 'service' },
    ],
  });
  // A stream that is refused is no reason to end an HTTP/2 connection.
  const made = isHttp2()
    ? REFUSALS.filter(({ http1 }) => !http1).map((one) => ({ ...one, goesOn: true }))
    : REFUSALS;
  for (const version of VERSIONS) {
    for (const { sends, status, code, goesOn } of made) {
      const name = `${version}: ${status} ${code} for ${JSON.stringify(sends.slice(0, 60))}`;
      const client = await front.connect(version);
      await client.send(sends);
      const response = await client.readResponse();
      const requestId = response.header('x-request-id');
      t.match(requestId, /^[0-9a-f]{32}$/, name);
      t.equal(response.header('content-type'), 'application/problem+json');
      t.equal(response.header('cache-control'), 'no-store');
      const problem = JSON.parse(response.body.toString());
      t.match(problem, {
        type: `urn:pinlatch:problem:${code}`,
        title: TITLES[status] ?? String,
        status,
        detail: String,
        instance: `urn:pinlatch:request:${requestId}`,
        code,
        requestId,
      });
      t.equal(response.status, status);
      t.match(await front.access(requestId), { status, code, requestId });
      if (code === 'not-pinned') {
        const security = front.gateway.log.lines.filter(
          (line) => line.type === 'security' && line.requestId === requestId,
        );
        t.match(security, [{ event: 'request-refused', code, path: '/other' }]);
      }
      t.equal(response.header('connection'), goesOn ? undefined : 'close');
      t.equal(response.header('allow'), status === 405 ? 'GET, HEAD' : undefined);
      if (goesOn) {
        await client.send(get('/api'));
        t.equal((await client.readResponse()).status, 200);
        client.end();
      }
      t.equal(await client.closed, 'ended');
    }
  }
  const served = upstream.judged().flatMap(({ requests }) => requests.map(({ target }) => target));
  t.ok(served.length > 0 && served.every((target) => target === '/api'), 'nothing of them went on');
});
