import { test } from 'tap';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { type ConfigFolder, makeConfigFolder, minimalConfig } from '../../support/config-folder.js';

type Changes = Readonly<Record<string, unknown>>;

const SHA256 = (digit: string) => `sha256:${digit.repeat(64)}`;
const SPKI = `spki:${'5'.repeat(64)}`;
const SHA1 = 'a'.repeat(40);

const DATED = { notBefore: '2020-01-01T00:00:00Z', expires: '2021-01-01T00:00:00Z' };

const KIOSKS = { kiosks: { selfSigned: true } };

const listener = (trust: string) => ({
  bind: '127.0.0.1:0',
  certificates: [{ cert: 'certs/server.crt', key: 'certs/server.key' }],
  trust,
});

const route = (name: string, listeners: readonly string[], allow: unknown) => ({
  name,
  match: { path: `/${name}` },
  listeners,
  allow,
  proxy: 'crm',
});

const compiled = (folder: ConfigFolder, changes: Changes) =>
  compileFile(folder.write('gateway.json', minimalConfig(changes)));

async function summaryOf(folder: ConfigFolder, changes: Changes): Promise<string[]> {
  const { issues } = await compiled(folder, changes);
  return issues.map(({ severity, code, at }) => `${severity} ${code} ${at}`);
}

test('the SHA-256 pins of the clients that a self-signed bundle admits are its anchors', async (t) => {
  const outcome = await compiled(makeConfigFolder(t.testdir({})), {
    trust: { ...KIOSKS, devices: { ca: ['certs/client-ca.crt'] } },
    clients: {
      one: { pins: [SHA256('2'), SPKI, SHA1, SHA256('1')] },
      two: { pins: [SHA256('1'), { sha256: '3'.repeat(64), ...DATED }] },
      elsewhere: { pins: [SHA256('4'), SPKI] },
    },
    listeners: { kiosk: listener('kiosks'), edge: listener('devices') },
    routes: [
      route('a', ['kiosk'], ['one']),
      route('b', ['kiosk', 'edge'], ['two']),
      route('c', ['edge'], ['elsewhere']),
      route('d', ['kiosk'], 'any-trusted'),
    ],
  });
  t.ok(outcome.ok);
  if (!outcome.ok) return;
  const [kiosks, devices] = outcome.snapshot.trust;
  t.same(kiosks?.pinned, [
    { sha256: '1'.repeat(64), notBefore: null, expires: null },
    { sha256: '2'.repeat(64), notBefore: null, expires: null },
    // Long over: whether it counts is decided when a certificate is verified.
    { sha256: '3'.repeat(64), notBefore: 1577836800, expires: 1609459200 },
  ]);
  t.same([kiosks?.selfSigned, kiosks?.ca, kiosks?.revocation], [true, [], null]);
  t.same([devices?.selfSigned, devices?.pinned], [false, []]);
});

test('a client without a pin of a whole certificate is refused where there is no authority', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const changes = {
    trust: KIOSKS,
    clients: { billing: { pins: [SPKI, SHA1] }, sound: { pins: [SHA256('1')] } },
    listeners: { kiosk: listener('kiosks') },
    routes: [route('a', ['kiosk'], ['billing']), route('b', ['kiosk'], ['sound'])],
  };
  t.same(await summaryOf(folder, changes), ['error self-signed-needs-pin /clients/billing/pins']);
});

test('a client by its condition alone is refused where there is no authority', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const changes = {
    trust: KIOSKS,
    clients: { billing: { when: { 'subject.O': 'Acme' } }, sound: { pins: [SHA256('1')] } },
    listeners: { kiosk: listener('kiosks') },
    routes: [route('a', ['kiosk'], ['billing', 'sound'])],
  };
  t.same(await summaryOf(folder, changes), ['error self-signed-needs-pin /clients/billing']);
});

test('the same client is fine on a listener with an authority', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const changes = {
    clients: { billing: { pins: [SPKI] } },
    routes: [route('a', ['edge'], ['billing'])],
  };
  t.same(await summaryOf(folder, changes), []);
});

test('a self-signed bundle that could admit nobody is refused', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const changes = {
    trust: KIOSKS,
    listeners: { kiosk: listener('kiosks') },
    routes: [route('a', ['kiosk'], 'any-trusted')],
  };
  t.same(await summaryOf(folder, changes), [
    'error self-signed-needs-pin /trust/kiosks/selfSigned',
  ]);
});

test('a self-signed bundle of a server name admits the clients of routes that are reached under that name', async (t) => {
  const named = { ...listener('devices'), names: { '*.kiosk.local': { trust: 'kiosks' } } };
  const at = (host: string, name: string, allow: unknown) => ({
    ...route(name, ['edge'], allow),
    match: { path: `/${name}`, host },
  });
  const outcome = await compiled(makeConfigFolder(t.testdir({})), {
    trust: { ...KIOSKS, devices: { ca: ['certs/client-ca.crt'] } },
    clients: {
      here: { pins: [SHA256('1')] },
      anywhere: { pins: [SHA256('2')] },
      elsewhere: { pins: [SHA256('3')] },
    },
    listeners: { edge: named },
    routes: [
      at('a.kiosk.local', 'a', ['here']),
      route('b', ['edge'], ['anywhere']),
      at('kiosk.local', 'c', ['elsewhere']),
    ],
  });
  t.ok(outcome.ok);
  if (!outcome.ok) return;
  const pinned = outcome.snapshot.trust[0]?.pinned.map(({ sha256 }) => sha256);
  t.same(pinned, ['1'.repeat(64), '2'.repeat(64)]);
});
