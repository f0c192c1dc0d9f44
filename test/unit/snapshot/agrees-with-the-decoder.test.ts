/**
 * Owns the promise that what this side compiles the native side takes, and that this side is at least as strict.
 */
import { chmodSync, readFileSync } from 'node:fs';
import { test } from 'tap';
import { rangesIn } from '../../../scripts/generate-ranges.mjs';
import { readSchema } from '../../../scripts/schema.mjs';
import { checkSnapshot } from '../../../src/engine/native.js';
import { parseHost, parseServerName } from '../../../src/routing/host.js';
import { parsePathPattern } from '../../../src/routing/path-pattern.js';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { type ConfigFolder, makeConfigFolder, minimalConfig } from '../../support/config-folder.js';

async function refusals(folder: ConfigFolder, text: string): Promise<string[]> {
  const compiled = await compileFile(folder.write('gateway.json', text));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return checkSnapshot(compiled.document).map(({ code, at, detail }) => `${code} ${at}: ${detail}`);
}

const golden = (name: string): string => {
  const file = new URL(`../../golden/compile/${name}.txt`, import.meta.url);
  return readFileSync(file, 'utf8').split('-'.repeat(80))[0] ?? '';
};

test('every snapshot of the golden files is taken', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  for (const name of ['the-shipped-example', 'the-smallest-configuration']) {
    t.same(await refusals(folder, golden(name)), [], name);
  }
  // A folder of revocation lists may hold nothing else: such a one is not there in a test.
  const every = golden('every-key-that-there-is')
    .replace('"certs/client-ca.crl", "certs"', '"certs/client-ca.crl"')
    // Relative to a test's folder, its path would be longer than a socket's may be.
    .replace('"run/admin.sock"', '"/run/admin.sock"')
    // What is shown to an upstream is a certificate for clients.
    .replace(
      '"certificate": { "cert": "certs/server.crt", "key": "certs/server.key" }',
      '"certificate": { "cert": "certs/gateway.crt", "key": "certs/gateway.key" }',
    );
  folder.write('certs/gateway.crt', folder.client.pem);
  chmodSync(folder.write('certs/gateway.key', folder.client.keyPem), 0o600);
  t.same(await refusals(folder, every), []);
});

test('a route pattern that is taken here is taken there', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const taken = (path: string, host?: string) =>
    refusals(
      folder,
      minimalConfig({
        routes: [{ name: 'x', match: { path, host }, allow: ['billing'], proxy: 'crm' }],
      }),
    );
  const pieces = [
    'a',
    '.',
    '..',
    '...',
    '%41',
    '%2F',
    '%3B',
    '%3b',
    ';',
    '*',
    '{id}',
    '%C3%A9',
    '%C0%AF',
    '%ED%A0%80',
    '%25',
    '@',
    '+',
    ' ',
    '"',
    '~',
    '%7E',
    '',
  ];
  const paths = pieces.flatMap((a) =>
    pieces.flatMap((b) => [`/${a}${b}`, `/${a}/${b}`, `/${a}/${b}/*`]),
  );
  const sound = [...new Set(paths)].filter((path) => parsePathPattern(path).ok);
  t.ok(sound.length > 100);
  for (const path of sound) t.same(await taken(path), [], path);
  const labels = ['a', '-', '_', '1', '0x1', 'a'.repeat(63), 'A', 'xn--a'];
  const hosts = labels.flatMap((a) => [
    a,
    ...labels.flatMap((b) => [`${a}.${b}`, `${a}.${b}.`, `1.1.${a}.${b}`]),
  ]);
  const soundHosts = [...hosts, '[::1]', '[::ffff:102:304]', '[2001:db8::]', '[1::1:0:0:1]'].filter(
    (host) => parseHost(host).ok,
  );
  t.ok(soundHosts.length > 30);
  for (const host of soundHosts) t.same(await taken('/', host), [], host);
});

test('extreme values that are taken here are taken there', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const { listeners } = JSON.parse(minimalConfig());
  const ranges = rangesIn(readSchema()).filter(({ path }) => path[0] === 'listener');
  // Of an object of a listener, each number with a default at one of its bounds; durations in their own words.
  const extremes = (object: string, bound: 'least' | 'most') =>
    Object.fromEntries(
      ranges
        .filter(({ path, isOptional }) => path[1] === object && path.length === 3 && !isOptional)
        .map(({ path, kind, [bound]: number }) => [
          path[2],
          kind === 'duration' ? `${number}ms` : number,
        ]),
    );
  t.ok(Object.keys(extremes('limits', 'least')).length >= 9);
  for (const [bound, duration, zero] of [
    ['least', '1ms', '0ms'],
    ['most', '2147483647ms', '2147483647ms'],
  ] as const) {
    const limits = extremes('limits', bound);
    const timeouts = extremes('timeouts', bound);
    const upstreams = {
      crm: {
        endpoints: ['http://127.0.0.1:65535', `unix:/${'x'.repeat(106)}`],
        timeouts: { connect: duration, response: duration, idle: duration, keepAlive: zero },
        maxIdle: zero === '0ms' ? 0 : 65_535,
      },
    };
    const trust = {
      devices: {
        ca: ['certs/client-ca.crt'],
        crl: {
          files: ['certs/client-ca.crl'],
          whenStale: zero === '0ms' ? 'grace:1s' : 'grace:3650d',
          unlistedIssuers: zero === '0ms' ? 'reject' : 'accept',
          unnumbered: zero === '0ms' ? 'reject' : 'accept',
        },
        deny: ['22'.repeat(32), { serial: zero === '0ms' ? '0' : 'f'.repeat(128) }],
        minRsaBits: zero === '0ms' ? 2048 : 16_384,
        maxDepth: zero === '0ms' ? 0 : 32,
      },
    };
    const config = minimalConfig({
      workers: zero === '0ms' ? 0 : 1024,
      drainTimeout: zero,
      trust,
      upstreams,
      listeners: { edge: { ...listeners.edge, limits, timeouts } },
    });
    t.same(await refusals(folder, config), []);
  }
});

test('server names that are taken here are taken there', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const { listeners } = JSON.parse(minimalConfig());
  const labels = ['a', '-', '_', '1', '0x1', 'a'.repeat(63), 'A', 'xn--a', '*', ''];
  const names = labels.flatMap((a) => labels.flatMap((b) => [a, `${a}.${b}`, `${a}.${b}.c`]));
  const sound = [...new Set(names)].filter((name) => parseServerName(name).ok);
  t.ok(sound.length > 50);
  const edge = {
    ...listeners.edge,
    certificates: listeners.edge.certificates.map((pair: object) => ({ ...pair, names: sound })),
    names: Object.fromEntries(
      sound.map((name) => [name, { clientAuth: 'none', minVersion: '1.3' }]),
    ),
    unknownNames: 'refuse',
  };
  t.same(await refusals(folder, minimalConfig({ listeners: { edge } })), []);
});

test('a self-signed bundle that is taken here is taken there', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const trust = { devices: { selfSigned: true, deny: [{ serial: '01' }], minRsaBits: 4096 } };
  t.same(await refusals(folder, minimalConfig({ trust })), []);
});

test('a fixed response that is taken here is taken there', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const headers = Object.fromEntries(
    Array.from({ length: 63 }, (_, i) => [`X-${i}`, 'v'.repeat(8192)]),
  );
  const responses = [
    { status: 599, headers, text: 'x'.repeat(2 ** 20) },
    { status: 200, headers: { "!#$%&'*+.^_`|~-": '' }, json: null },
    { status: 204 },
    { text: '' },
    { json: '\u0000\u2028' },
  ];
  for (const [index, respond] of responses.entries()) {
    const routes = [
      { name: 'x', match: { path: '/', methods: ['X-ANY', 'GET'] }, allow: 'any-trusted', respond },
    ];
    t.same(await refusals(folder, minimalConfig({ routes })), [], `response ${index}`);
  }
});

test('what a route changes that is taken here is taken there', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const fields = Object.fromEntries(
    Array.from({ length: 64 }, (_, i) => [`X-${i}`, 'v'.repeat(8192)]),
  );
  const edits = { set: fields, remove: ['Cookie', 'x-A_9.b'] };
  const routes = [
    {
      rewrite: { stripPrefix: '/a/{id}', addPrefix: `/${'x'.repeat(2047)}` },
      limits: { bodyBytes: 0 },
    },
    {
      rewrite: {
        stripPrefix: '/a',
        addPrefix: '/caf%C3%A9/%25',
        host: { name: '[2001:db8::1]:65535' },
      },
    },
    {
      rewrite: { host: { name: 'a_b.example.com' } },
      headers: { request: edits, response: edits },
    },
    { upgrade: ['websocket', 'tcp', 'spdy/3.1', 'x'.repeat(64)] },
    { rewrite: {}, headers: {}, limits: { bodyBytes: '1024TiB' } },
  ].map((more, i) => ({
    name: `r${i}`,
    match: { host: `h${i}`, path: '/a/{id}/*' },
    allow: ['billing'],
    proxy: 'crm',
    ...more,
  }));
  const health = ['live', 'ready', { ready: ['crm'] }].map((answer, i) => ({
    name: `h${i}`,
    match: { path: `/health/${i}` },
    allow: 'any-trusted',
    health: answer,
  }));
  t.same(await refusals(folder, minimalConfig({ routes: [...routes, ...health] })), []);
  t.same(await refusals(folder, minimalConfig({ routes: health.slice(0, 2) })), []);
});

test('what only the native side can find is placed at the entry of the configuration', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  folder.write('certs/server.key', folder.client.keyPem);
  const found = await refusals(folder, minimalConfig());
  t.match(found, [/^key-mismatch \/listeners\/edge\/certificates\/0: /]);
});
