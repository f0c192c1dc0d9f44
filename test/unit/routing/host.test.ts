import { test } from 'tap';
import { coversHost, parseHost, parseServerName } from '../../../src/routing/host.js';

test('takes canonical host names and addresses', async (t) => {
  for (const text of [
    'api.local',
    'localhost',
    'a_b-c.example',
    '127.0.0.1',
    '[::1]',
    '[2001:db8::1]',
  ]) {
    t.same(parseHost(text), { ok: true, value: text }, text);
  }
});

test('refuses other forms and says what to write', async (t) => {
  const cases: readonly [text: string, fix: string | undefined][] = [
    ['API.local', 'write "api.local"'],
    ['api.local:8443', 'write "api.local"'],
    ['https://api.local/x', 'write "api.local"'],
    ['api.local.', 'write "api.local"'],
    ['bücher.example', 'write "xn--bcher-kva.example"'],
    ['[0:0:0:0:0:0:0:1]', 'write "[::1]"'],
    ['[::FFFF:1.2.3.4]', 'write "[::ffff:102:304]"'],
    [
      '*.example.com',
      'wildcards are not supported yet: write one route for each host, or leave out "host"',
    ],
    ['', undefined],
    ['a..b', undefined],
    ['a.1', undefined],
    ['127.1', 'write "127.0.0.1"'],
    ['1.2.3.256', undefined],
    [`${'a'.repeat(64)}.local`, undefined],
    ['[::1', undefined],
    ['::1', undefined],
  ];
  for (const [text, fix] of cases) {
    const parsed = parseHost(text);
    t.notOk(parsed.ok, text);
    if (!parsed.ok) t.equal(parsed.problem.fix, fix, text);
  }
});

test('takes server names, with a star for the first label', async (t) => {
  for (const text of ['api.local', 'localhost', '*.example.com', '*.local', 'a_b.example']) {
    t.same(parseServerName(text), { ok: true, value: text }, text);
  }
});

test('refuses what no client asks for in TLS, and says what to write', async (t) => {
  const cases: readonly [text: string, fix: RegExp | undefined][] = [
    ['API.local', /^write "api.local"$/],
    ['*.API.local.', /^write "\*.api.local"$/],
    ['api.local:8443', /^write "api.local"$/],
    ['127.0.0.1', /names only/],
    ['*.127.0.0.1', /names only/],
    ['[::1]', /names only/],
    ['*', undefined],
    ['*.', undefined],
    ['', undefined],
    ['a*.example.com', undefined],
    ['*.*.example.com', undefined],
    ['a.*.example.com', undefined],
    ['a..b', undefined],
  ];
  for (const [text, fix] of cases) {
    const parsed = parseServerName(text);
    t.notOk(parsed.ok, text);
    if (parsed.ok) continue;
    if (fix === undefined) t.equal(parsed.problem.fix, undefined, text);
    else t.match(parsed.problem.fix, fix, text);
  }
});

test('a star stands for exactly one label', async (t) => {
  t.ok(coversHost('api.local', 'api.local'));
  t.notOk(coversHost('api.local', 'x.api.local'));
  t.ok(coversHost('*.api.local', 'x.api.local'));
  for (const host of ['api.local', '.api.local', 'x.y.api.local', 'xapi.local', 'local']) {
    t.notOk(coversHost('*.api.local', host), host);
  }
});
