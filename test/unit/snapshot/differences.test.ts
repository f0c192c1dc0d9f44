import { test } from 'tap';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { type Compared, differences, inWords } from '../../../src/snapshot/differences.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';

// biome-ignore lint/suspicious/noExplicitAny: a configuration that tests reach into
type Json = any;

/** words compiles the minimal configuration before and after a change, and says what differs. */
async function words(
  folder: ReturnType<typeof makeConfigFolder>,
  change: (config: Json) => void,
  first: (config: Json) => void = () => undefined,
): Promise<readonly string[]> {
  const config: Json = JSON.parse(minimalConfig());
  first(config);
  const before = await compared(folder, config);
  change(config);
  return differences(before, await compared(folder, config)).map(inWords);
}

async function compared(
  folder: ReturnType<typeof makeConfigFolder>,
  config: Json,
): Promise<Compared> {
  const compiled = await compileFile(folder.write('gateway.json', JSON.stringify(config)));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return { snapshot: compiled.snapshot, operation: compiled.operation, lists: new Map() };
}

const hex = (digit: string): string => digit.repeat(64);

test('what differs is told in words', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const ping = { name: 'ping', match: { path: '/ping' }, allow: ['billing'], respond: {} };
  const cases: readonly [string, (config: Json) => void, readonly (string | RegExp)[]][] = [
    ['nothing', () => undefined, []],
    ['a route', (config) => config.routes.push(ping), ['route "ping" added']],
    [
      'the order of routes',
      (config) => config.routes.unshift(ping) && config.routes.reverse(),
      ['route "ping" added'],
    ],
    [
      'a client and a pin',
      (config) => {
        config.clients.second = { pins: [`sha256:${hex('a')}`] };
        config.clients.billing.pins.push({ sha256: hex('b'), label: 'spare' });
      },
      [
        'client "second" added',
        `client "billing" changed: pin added: sha256 ${hex('b')}, labelled "spare"`,
      ],
    ],
    [
      'a limit',
      (config) => {
        config.listeners.edge.limits = { connections: 7 };
        config.drainTimeout = '1s';
      },
      ['drainMs changed: 30000 → 1000', /^listener "edge" changed: limits\.connections \d+ → 7$/],
    ],
    [
      'who is allowed',
      (config) => {
        config.routes[0].allow = 'any-trusted';
      },
      [
        /^route ".*" changed: allowed client added: "any-trusted"; allowed client removed: billing$/,
      ],
    ],
    [
      'revocation',
      (config) => {
        config.trust.devices.crl = { files: ['certs/client-ca.crt'] };
      },
      ['trust bundle "devices" changed: revocation checks begin'],
    ],
    [
      'operation',
      (config) => Object.assign(config, { watch: false, admin: { socket: '/run/a.sock' } }),
      [
        'watch changed: true → false',
        'admin socket changed: null → "/run/a.sock" at the next start',
      ],
    ],
  ];
  for (const [what, change, expected] of cases) {
    const told = await words(folder, change);
    t.equal(told.length, expected.length, what);
    t.match(told, expected, what);
  }
  const gone = await words(
    folder,
    (config) => config.routes.pop(),
    (config) => config.routes.push(ping),
  );
  t.same(gone, ['route "ping" removed']);
});

test('where something stands in its file makes no difference', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const routes = ['a', 'b', 'c'].map((name) => ({
    name,
    match: { path: `/${name}` },
    allow: ['billing'],
    respond: {},
  }));
  const turn = (config: Json): void => void config.routes.reverse();
  t.same(await words(folder, turn, (config) => config.routes.push(...routes)), []);
});

test('a list that holds something else is told, though the configuration is the same', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const config: Json = JSON.parse(minimalConfig());
  config.trust.devices.crl = { files: ['certs/client-ca.crt'] };
  const before = await compared(folder, config);
  const path = folder.path.concat('/certs/client-ca.crt');
  const [old, now] = ['1', '2'].map((digest) => ({ ...before, lists: new Map([[path, digest]]) }));
  if (old === undefined || now === undefined) throw new Error('two, please');
  t.same(differences(old, old), []);
  t.match(differences(old, now).map(inWords), [
    /^trust bundle "devices" changed: revocation list replaced: .*certs\/client-ca\.crt$/,
  ]);
});

test('a great change is told in a bounded number of words', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const pins = Array.from({ length: 500 }, (_, i) => `sha256:${i.toString(16).padStart(64, '0')}`);
  const [told = ''] = await words(folder, (config) => config.clients.billing.pins.push(...pins));
  t.match(told, /; and 488 more$/);
  t.ok(told.length < 2000);
});
