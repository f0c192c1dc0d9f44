import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { checkSnapshot } from '../../../src/engine/native.js';
import { compile } from '../../../src/snapshot/compile.js';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { encode } from '../../../src/snapshot/encode.js';
import { readRevision } from '../../../src/sources/file-source.js';
import { load } from '../../../src/sources/load.js';
import { type ConfigFolder, makeConfigFolder, minimalConfig } from '../../support/config-folder.js';

type Changes = Readonly<Record<string, unknown>>;

async function outcomeOf(folder: ConfigFolder, changes: Changes = {}) {
  return compileFile(folder.write('gateway.json', minimalConfig(changes)));
}

async function summaryOf(folder: ConfigFolder, changes: Changes = {}): Promise<string[]> {
  const { issues } = await outcomeOf(folder, changes);
  return issues.map(({ severity, code, at }) => `${severity} ${code} ${at}`);
}

const listener = (changes: Changes = {}) => ({
  bind: '127.0.0.1:0',
  certificates: [{ cert: 'certs/server.crt', key: 'certs/server.key' }],
  trust: 'devices',
  ...changes,
});

const route = (name: string, changes: Changes = {}) => ({
  name,
  match: { path: `/${name}` },
  allow: ['billing'],
  proxy: 'crm',
  ...changes,
});

test('the snapshot holds the fingerprints of the certificates and the path of the key', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  folder.write('certs/server.crt', folder.server.pem + folder.serverAuthority.pem);
  const compiled = await outcomeOf(folder);
  t.ok(compiled.ok);
  if (!compiled.ok) return;
  t.same(compiled.issues, []);
  t.same(compiled.snapshot.trust[0]?.ca, [
    { path: join(folder.path, 'certs/client-ca.crt'), sha256: [folder.clientAuthority.sha256] },
  ]);
  t.same(compiled.snapshot.listeners[0]?.certificates, [
    {
      at: '/listeners/edge/certificates/0',
      chain: {
        path: join(folder.path, 'certs/server.crt'),
        sha256: [folder.server.sha256, folder.serverAuthority.sha256],
      },
      key: { secret: join(folder.path, 'certs/server.key') },
      names: [],
    },
  ]);
});

test('key files are looked up by name and never opened', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  // Not a key at all, and with a mode of which only native code has an opinion: compiling does not see either.
  chmodSync(folder.write('certs/server.key', 'nonsense'), 0o000);
  t.ok((await outcomeOf(folder)).ok);
});

test('compiling the same file twice gives the same bytes', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const [a, b] = [await outcomeOf(folder), await outcomeOf(folder)];
  t.ok(a.ok && b.ok && a.document === b.document);
});

test('the snapshot is frozen through and through', async (t) => {
  const compiled = await outcomeOf(makeConfigFolder(t.testdir({})));
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    t.ok(Object.isFrozen(value), JSON.stringify(value));
    for (const member of Object.values(value)) walk(member);
  };
  if (compiled.ok) walk(compiled.snapshot);
  else t.fail('does not compile');
});

test('files that cannot be used are named, all of them', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const ca = 'error file-unusable /trust/devices/ca/0';
  folder.write('certs/client-ca.crt', '');
  t.same(await summaryOf(folder), [ca]);
  folder.write('certs/client-ca.crt', 'not a certificate');
  t.same(await summaryOf(folder), [ca]);
  rmSync(join(folder.path, 'certs'), { recursive: true });
  t.same(await summaryOf(folder), [
    ca,
    'error file-unusable /listeners/edge/certificates/0/cert',
    'error file-unusable /listeners/edge/certificates/0/key',
  ]);
});

test('a certificate file with a private key is refused unless it is as private as a key', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('certs/server.crt', folder.server.pem + folder.server.keyPem);
  const problems = async () => {
    const compiled = await outcomeOf(folder);
    return compiled.ok ? checkSnapshot(compiled.document) : compiled.issues;
  };
  t.match(await problems(), [{ detail: /mode 0644: other users can reach the private key.*0600/ }]);
  chmodSync(file, 0o600);
  t.same(await problems(), []);
});

test('a folder in the place of a file is refused; of revocation lists it is taken', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const trust = { devices: { ca: ['certs'], crl: { files: ['certs', 'certs/none.crl'] } } };
  t.same(await summaryOf(folder, { trust }), [
    'error file-unusable /trust/devices/ca/0',
    'error file-unusable /trust/devices/crl/files/1',
  ]);
});

test('what is wrong with files is reported together with what is wrong with values', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const trust = { devices: { ca: ['none.crt'] } };
  t.same(await summaryOf(folder, { trust, clients: { billing: { pins: ['x'] } } }), [
    'error file-unusable /trust/devices/ca/0',
    'error bad-value /clients/billing/pins/0',
  ]);
});

test('a socket path that its folder makes too long is refused', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const upstreams = { crm: { endpoints: [`unix:${'x'.repeat(107)}`] } };
  t.same(await summaryOf(folder, { upstreams }), ['error bad-value /upstreams/crm/endpoints/0']);
});

test('"anyone" needs a listener on which a certificate is optional', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const routes = [route('a'), route('open', { allow: 'anyone' })];
  t.same(await summaryOf(folder, { routes }), ['error anonymous-not-possible /routes/1/allow']);
  const listeners = { edge: listener(), open: listener({ clientAuth: 'optional' }) };
  t.same(await summaryOf(folder, { routes, listeners }), []);
  const narrow = [route('a'), route('open', { allow: 'anyone', listeners: ['edge'] })];
  t.same(await summaryOf(folder, { routes: narrow, listeners }), [
    'error anonymous-not-possible /routes/1/allow',
  ]);
});

test('"anyone" is possible where the server name of the route asks for no certificate', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const listeners = { edge: listener({ names: { 'open.local': { clientAuth: 'none' } } }) };
  const open = (host: string) => [
    route('a'),
    route('open', { match: { path: '/open', host }, allow: 'anyone' }),
  ];
  t.same(await summaryOf(folder, { listeners, routes: open('open.local') }), []);
  t.same(await summaryOf(folder, { listeners, routes: open('other.local') }), [
    'error anonymous-not-possible /routes/1/allow',
  ]);
});

test('a route that asks who the client is needs a place that asks for its certificate', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const none = { edge: listener({ clientAuth: 'none' }) };
  t.same(await summaryOf(folder, { listeners: none }), ['error allows-nobody /routes/0/allow']);
  const named = {
    edge: listener({ clientAuth: 'none', names: { '*.local': { clientAuth: 'required' } } }),
  };
  t.same(await summaryOf(folder, { listeners: named }), []);
  const at = (host: string) => [route('a', { match: { path: '/', host } })];
  t.same(await summaryOf(folder, { listeners: named, routes: at('api.local') }), []);
  t.same(await summaryOf(folder, { listeners: named, routes: at('api.example') }), [
    'error allows-nobody /routes/0/allow',
  ]);
});

test('a server name has of its listener what it does not say itself', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const names = { 'api.local': {}, '*.open.local': { clientAuth: 'none', minVersion: '1.2' } };
  const compiled = await outcomeOf(folder, {
    listeners: { edge: listener({ clientAuth: 'optional', minVersion: '1.3', names }) },
  });
  t.ok(compiled.ok);
  if (!compiled.ok) return;
  const at = '/listeners/edge/names';
  t.same(compiled.snapshot.listeners[0]?.names, [
    {
      name: 'api.local',
      at: `${at}/api.local`,
      clientAuth: 'optional',
      trust: 'devices',
      minVersion: '1.3',
    },
    {
      name: '*.open.local',
      at: `${at}/*.open.local`,
      clientAuth: 'none',
      trust: 'devices',
      minVersion: '1.2',
    },
  ]);
});

test('a trust bundle that only a server name uses is used, and one that is not there is missed', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const trust = {
    devices: { ca: ['certs/client-ca.crt'] },
    staff: { ca: ['certs/client-ca.crt'] },
  };
  const named = (name: string) => ({
    edge: listener({ names: { 'api.local': { trust: name } } }),
  });
  t.same(await summaryOf(folder, { trust, listeners: named('staff') }), []);
  t.same(await summaryOf(folder, { trust, listeners: named('stuff') }), [
    'error unknown-name /listeners/edge/names/api.local/trust',
  ]);
});

test('two routes that cannot be told apart are refused, and both are named', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const routes = [
    route('first', { match: { path: '/a/{id}', methods: ['GET', 'PUT'] } }),
    route('second', { match: { path: '/a/{name}', methods: ['PUT'] }, allow: 'any-trusted' }),
  ];
  t.match((await outcomeOf(folder, { routes })).issues, [
    {
      code: 'route-conflict',
      at: '/routes/1',
      found: /the same requests as route "first" at \/routes\/0 \(PUT, any host/,
    },
  ]);
});

test('routes that cannot be told apart are found also beside other mistakes', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const routes = [route('a'), route('b', { match: { path: '/a' }, proxy: 'none' })];
  t.same((await summaryOf(folder, { routes })).sort(), [
    'error route-conflict /routes/1',
    'error unknown-name /routes/1/proxy',
  ]);
});

test('a route without listeners of its own is on all of them', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const compiled = await outcomeOf(folder, { listeners: { edge: listener(), inner: listener() } });
  t.ok(compiled.ok);
  if (compiled.ok) t.same(compiled.snapshot.routes[0]?.listeners, ['edge', 'inner']);
});

test('two listeners do not share an address, unless the port is any', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const bound = (bind: string) => ({ edge: listener({ bind }), inner: listener({ bind }) });
  t.same(await summaryOf(folder, { listeners: bound('127.0.0.1:8443') }), [
    'error duplicate-bind /listeners/inner/bind',
  ]);
  t.same(await summaryOf(folder, { listeners: bound('127.0.0.1:0') }), []);
});

test('what nothing uses is a warning, and compiles', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const changes = {
    trust: { devices: { ca: ['certs/client-ca.crt'] }, other: { ca: ['certs/client-ca.crt'] } },
    clients: { billing: { pins: ['11'.repeat(32)] }, other: { pins: ['11'.repeat(32)] } },
    upstreams: { crm: { endpoints: ['http://a'] }, other: { endpoints: ['http://a'] } },
    listeners: { edge: listener(), other: listener() },
    routes: [route('a', { listeners: ['edge'] })],
  };
  t.ok((await outcomeOf(folder, changes)).ok);
  t.same(await summaryOf(folder, changes), [
    'warning unused /trust/other',
    'warning unused /clients/other',
    'warning unused /upstreams/other',
    'warning unused /listeners/other',
  ]);
});

test('two clients may share a pin', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const pins = ['11'.repeat(32)];
  const changes = {
    clients: { a: { pins }, b: { pins } },
    routes: [route('x', { allow: ['a', 'b'] })],
  };
  t.same(await summaryOf(folder, changes), []);
});

test('a configuration that cannot be read is an error with a code', async (t) => {
  const path = t.testdir({ folder: {} });
  await t.rejects(compileFile(join(path, 'none.json')), {
    name: 'GatewayError',
    code: 'file-unreadable',
  });
  await t.rejects(compileFile(join(path, 'folder')), {
    name: 'GatewayError',
    code: 'file-unreadable',
  });
  writeFileSync(join(path, 'latin1.json'), Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x7d]));
  await t.rejects(compileFile(join(path, 'latin1.json')), { code: 'file-not-text' });
  mkdirSync(join(path, 'x'));
});

test('compile is pure: the same values in, the same text out', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('gateway.json', minimalConfig());
  const { parsed, material } = await load(file, await readRevision(file));
  rmSync(join(folder.path, 'certs'), { recursive: true });
  t.ok(parsed.ok);
  if (!parsed.ok) return;
  const compiled = compile(parsed.config, material);
  t.ok(compiled.ok);
  if (compiled.ok)
    t.match(JSON.parse(encode(compiled.snapshot)), { format: 'pinlatch-snapshot/1' });
});
