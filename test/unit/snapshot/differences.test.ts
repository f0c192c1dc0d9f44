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
      [
        'drainTimeout changed: "30s" → "1s"',
        /^listener "edge" changed: limits\.connections \d+ → 7$/,
      ],
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
        'admin.socket changed: unset → "/run/a.sock" at the next start',
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

const whole = { sha256: '11'.repeat(32) };

test('what is set of a pin, an endpoint or a certificate is told as that, and dates as dates', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const inTls = { endpoints: ['https://a'], tls: { trust: 'devices', pins: [whole] } };
  const cases: readonly [first: (config: Json) => void, (config: Json) => void, string | RegExp][] =
    [
      [
        ({ clients }) => Object.assign(clients.billing, { pins: [whole] }),
        ({ clients }) =>
          Object.assign(clients.billing, { pins: [{ ...whole, expires: '2027-02-01T00:00:00Z' }] }),
        `client "billing" changed: pin changed: sha256 ${whole.sha256}: expires unset → "2027-02-01T00:00:00Z"`,
      ],
      [
        ({ clients }) => Object.assign(clients.billing, { pins: [{ ...whole, label: 'old' }] }),
        ({ clients }) => Object.assign(clients.billing, { pins: [{ ...whole, label: 'new' }] }),
        /: pin changed: sha256 1+: label "old" → "new"$/,
      ],
      [
        () => undefined,
        ({ clients }) =>
          clients.billing.pins.push({ sha256: hex('b'), notBefore: '2027-01-01T01:00:00+01:00' }),
        `client "billing" changed: pin added: sha256 ${hex('b')}, notBefore "2027-01-01T00:00:00Z"`,
      ],
      [
        ({ upstreams }) => Object.assign(upstreams.crm, { endpoints: ['http://a', 'http://b'] }),
        ({ upstreams }) =>
          Object.assign(upstreams.crm, { endpoints: ['http://a', { url: 'http://b', weight: 3 }] }),
        'upstream "crm" changed: endpoint changed: b:80: weight unset → 3',
      ],
      [
        ({ upstreams }) => Object.assign(upstreams, { crm: inTls }),
        ({ upstreams }) =>
          Object.assign(upstreams.crm.tls, {
            pins: [{ ...whole, expires: '2027-02-01T00:00:00Z' }],
          }),
        /^upstream "crm" changed: tls: pin changed: sha256 1+: expires unset → "2027-02-01T00:00:00Z"$/,
      ],
      [
        ({ upstreams }) => Object.assign(upstreams, { crm: inTls }),
        ({ upstreams }) => Object.assign(upstreams.crm.tls, { serverName: 'b', minVersion: '1.3' }),
        'upstream "crm" changed: tls: serverName unset → "b"; tls: minVersion "1.2" → "1.3"',
      ],
      [
        () => undefined,
        ({ listeners }) => Object.assign(listeners.edge.certificates[0], { names: ['x.y'] }),
        /certificate changed: .*server\.crt \(sha256 .*server\.key: names unset → \["x\.y"\]$/,
      ],
      [
        () => undefined,
        ({ listeners }) =>
          Object.assign(listeners.edge, { names: { 'a.b': { clientAuth: 'optional' } } }),
        /: names "a\.b" unset → \{"clientAuth":"optional"/,
      ],
    ];
  for (const [first, change, expected] of cases)
    t.match(await words(folder, change, first), [expected]);
});

test('a route that does something else is told in one piece, and nothing of what belonged to it', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const respond = { status: 201, json: { a: 1 } };
  const change = ({ routes }: Json): void => {
    delete routes[0].proxy;
    delete routes[0].headers;
    routes[0].respond = respond;
  };
  const [told = ''] = await words(folder, change, ({ routes }) =>
    Object.assign(routes[0], { headers: { request: { set: { 'X-A': '1' } } } }),
  );
  t.match(told, /^route "all" changed: proxy "crm" → respond \{"status":201,.*"json":\{"a":1\}\}$/);
});

const atOnePath = ({ routes }: Json): void => void Object.assign(routes[0].match, { path: '/a' });

test('a change is told in the keys and units of the configuration', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const cases: readonly [(config: Json) => void, string][] = [
    [
      ({ routes }) => Object.assign(routes[0].match, { ignoreCase: true }),
      'match.ignoreCase unset → true',
    ],
    [
      ({ routes }) => Object.assign(routes[0].match, { trailingSlash: 'same' }),
      'match.trailingSlash unset → "same"',
    ],
    [
      ({ routes }) => Object.assign(routes[0].match, { path: '/a/{id}/*' }),
      'match.path "/a" → "/a/{id}/*"',
    ],
    [
      ({ routes }) => Object.assign(routes[0].match, { methods: ['GET'] }),
      'match.methods unset → ["GET"]',
    ],
    [
      ({ routes }) => Object.assign(routes[0], { headers: { request: { keep: ['Proxy'] } } }),
      'headers.request.keep unset → ["Proxy"]',
    ],
    [
      ({ routes }) => Object.assign(routes[0], { headers: { request: { set: { 'X-A': '1' } } } }),
      'headers.request.set unset → {"X-A":"1"}',
    ],
    [
      ({ routes }) => Object.assign(routes[0], { refuseFields: ['X-A'] }),
      'refused field added: X-A',
    ],
    [
      ({ routes }) => Object.assign(routes[0], { limits: { bodyBytes: 2048 } }),
      'limits.bodyBytes unset → "2KiB"',
    ],
    [
      ({ listeners }) => Object.assign(listeners.edge, { timeouts: { firstByte: '1s' } }),
      'timeouts.firstByte "3s" → "1s"',
    ],
    [
      ({ listeners }) => Object.assign(listeners.edge, { limits: { connectionsPerAddress: 4 } }),
      'limits.connectionsPerAddress unset → 4',
    ],
    [
      ({ listeners }) =>
        Object.assign(listeners.edge, { limits: { handshakesPerAddress: '30/m' } }),
      'limits.handshakesPerAddress unset → "30/m"',
    ],
    [
      ({ listeners }) => Object.assign(listeners.edge, { bind: '[::1]:1' }),
      'bind "127.0.0.1:0" → "[::1]:1"',
    ],
    [
      ({ listeners }) =>
        Object.assign(listeners.edge, { trustForwardedFor: ['10.0.0.0/8', '2001:db8::1'] }),
      'trustForwardedFor unset → ["10.0.0.0/8","2001:db8::1/128"]',
    ],
    [
      ({ upstreams }) => Object.assign(upstreams.crm, { timeouts: { connect: '1500ms' } }),
      'timeouts.connect "5s" → "1500ms"',
    ],
    [
      ({ upstreams }) => Object.assign(upstreams.crm, { ejection: false }),
      'ejection {"failures":5,"time":"10s","maxTime":"5m","maxPercent":50} → false',
    ],
    [
      ({ upstreams }) => Object.assign(upstreams.crm, { endpoints: ['http://[::1]:9001'] }),
      'endpoint added: [::1]:9001',
    ],
    [({ trust }) => Object.assign(trust.devices, { minRsaBits: 3072 }), 'minRsaBits 2048 → 3072'],
  ];
  for (const [change, expected] of cases) {
    const [told = ''] = await words(folder, change, atOnePath);
    t.ok(told.includes(expected), `${expected} in: ${told}`);
  }
  const settings = await words(folder, (config) =>
    Object.assign(config, { tickets: { lifetime: '10m' }, log: { access: 'off' }, via: false }),
  );
  t.match(settings.join('\n'), /^tickets\.lifetime changed: "\d+[hm]" → "10m"$/m);
  t.match(settings.join('\n'), /^log\.access changed: "all" → "off"$/m);
  t.match(settings.join('\n'), /^via changed: true → false$/m);
});

test('what is left out and its default are no difference', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const told = await words(
    folder,
    (config) => {
      Object.assign(config, { via: true, drainTimeout: '30s', workers: 0, watch: true });
      Object.assign(config.routes[0].match, { trailingSlash: 'distinct', ignoreCase: false });
      config.routes[0].headers = { request: { keep: [], set: {} } };
      config.listeners.edge.timeouts = { firstByte: '3s', eviction: '5000ms' };
      config.listeners.edge.limits = { headBytes: '16KiB', connections: 10_000 };
      config.upstreams.crm.retries = { on: ['reset', 'connect'] };
    },
    atOnePath,
  );
  t.same(told, []);
});

test('a CA certificate that comes or goes is told by its subject, where it is at hand', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const before = await compared(folder, JSON.parse(minimalConfig()));
  const trust = before.snapshot.trust.map((one) => ({
    ...one,
    ca: [{ path: '/new.crt', sha256: [hex('c'), hex('d')] }],
  }));
  const subjects = new Map([[hex('c'), 'CN=New CA']]);
  const after = { ...before, snapshot: { ...before.snapshot, trust }, subjects };
  const [told = ''] = differences(before, after).map(inWords);
  t.match(told, `CA certificate added: "CN=New CA" (sha256 ${hex('c')})`);
  t.match(told, `CA certificate added: ${hex('d')}`);
});

test('that a condition asks for the first of several values, or the only one, is a difference', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const set = (value: unknown) => (config: Json) => {
    config.clients.billing.when = { 'subject.CN': value };
  };
  const told = async (before: unknown, after: unknown) => words(folder, set(after), set(before));
  for (const [before, after] of [
    ['a', { first: 'a' }],
    [{ first: 'a' }, { only: 'a' }],
    [{ only: { glob: 'a*' } }, { glob: 'a*' }],
  ]) {
    t.same(await told(before, after), ['client "billing" changed: "when" changed']);
  }
  t.same(await told({ first: ['a'] }, { first: 'a' }), []);
});
