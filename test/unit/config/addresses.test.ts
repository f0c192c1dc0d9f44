import { test } from 'tap';
import { parseBind, parseEndpoint } from '../../../src/config/addresses.js';

test('reads addresses to bind', async (t) => {
  const cases: readonly [string, string, number][] = [
    ['0.0.0.0:8443', '0.0.0.0', 8443],
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['[::]:8443', '::', 8443],
    ['[fe80::1%eth0]:65535', 'fe80::1%eth0', 65535],
  ];
  for (const [text, address, port] of cases) {
    t.same(parseBind(text), { ok: true, value: { address, port } }, text);
  }
});

test('refuses other addresses to bind, and says what to write where it can be guessed', async (t) => {
  const cases: readonly [string, string | undefined][] = [
    ['localhost:8443', 'write "127.0.0.1:8443"'],
    [':8443', 'write "0.0.0.0:8443" or "[::]:8443"'],
    ['*:8443', 'write "0.0.0.0:8443" or "[::]:8443"'],
    ['8443', 'write "0.0.0.0:8443"'],
    ['127.0.0.1', 'add a port: "127.0.0.1:8443"'],
    ['::1', 'add brackets and a port: "[::1]:8443"'],
    ['127.0.0.1:65536', 'a port is at most 65535'],
    ['[127.0.0.1]:1', undefined],
    ['::1:8443', 'add brackets and a port: "[::1:8443]:8443"'],
    ['gateway.local:8443', undefined],
    ['127.0.0.1:', undefined],
    ['127.1:80', undefined],
    ['', undefined],
  ];
  for (const [text, fix] of cases) {
    const parsed = parseBind(text);
    t.notOk(parsed.ok, text);
    if (!parsed.ok) t.equal(parsed.problem.fix, fix, text);
  }
});

test('reads endpoints of upstreams', async (t) => {
  const cases: readonly [string, object][] = [
    ['http://127.0.0.1:9000', { kind: 'tcp', host: '127.0.0.1', port: 9000 }],
    ['http://crm.internal', { kind: 'tcp', host: 'crm.internal', port: 80 }],
    ['http://localhost:9000/', { kind: 'tcp', host: 'localhost', port: 9000 }],
    ['http://[::1]:9000', { kind: 'tcp', host: '::1', port: 9000 }],
    ['tcp://127.0.0.1:1883', { kind: 'tcp', host: '127.0.0.1', port: 1883 }],
    ['tcp://[::1]:502', { kind: 'tcp', host: '::1', port: 502 }],
    ['https://crm.internal', { kind: 'tls', host: 'crm.internal', port: 443 }],
    ['https://[::1]:9443/', { kind: 'tls', host: '::1', port: 9443 }],
    ['unix:/run/app.sock', { kind: 'unix', path: '/run/app.sock' }],
    ['unix:///run/app.sock', { kind: 'unix', path: '/run/app.sock' }],
    ['unix:app.sock', { kind: 'unix', path: 'app.sock' }],
  ];
  for (const [text, value] of cases) t.same(parseEndpoint(text), { ok: true, value }, text);
});

test('refuses other endpoints, and says what to write where it can be guessed', async (t) => {
  const cases: readonly [string, string | undefined][] = [
    ['127.0.0.1:9000', 'write "http://127.0.0.1:9000"'],
    ['/run/app.sock', 'write "unix:/run/app.sock"'],
    [
      'http://crm:9000/api/',
      'write "http://crm:9000"; a path belongs to the routes that proxy to it: "rewrite": { "addPrefix": "/api" }',
    ],
    [
      'https://crm/api/v1?x=1',
      'write "https://crm"; a path belongs to the routes that proxy to it: "rewrite": { "addPrefix": "/api/v1" }',
    ],
    ['http://crm?x', 'write "http://crm"'],
    ['http://crm/?x', 'write "http://crm"'],
    ['tcp://crm:5432/db', 'write "tcp://crm:5432"'],
    ['http://crm:0', undefined],
    ['http://crm:65536', undefined],
    ['http://127.1:80', undefined],
    ['http://0x7f000001', undefined],
    ['http://2130706433', undefined],
    ['http://1.2.3.4.5', undefined],
    ['http://', undefined],
    ['tcp://127.0.0.1', undefined],
    ['tcp://', undefined],
    ['unix:', undefined],
    ['unix://host/x', undefined],
    [`unix:/${'x'.repeat(107)}`, undefined],
  ];
  for (const [text, fix] of cases) {
    const parsed = parseEndpoint(text);
    t.notOk(parsed.ok, text);
    if (!parsed.ok) t.equal(parsed.problem.fix, fix, text);
  }
});

test('a password in the URL of an endpoint is not repeated', (t) => {
  for (const url of [
    'http://admin:s3cret@127.0.0.1:9000',
    'HTTPS://s3cret@crm.internal',
    'http://s3cret@crm',
  ]) {
    const read = parseEndpoint(url);
    t.notMatch(JSON.stringify(read), /s3cret/);
    t.match(read, {
      ok: false,
      problem: { fix: /^remove everything up to and including the "@"/ },
    });
  }
  t.end();
});
