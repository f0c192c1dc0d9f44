import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { parseConfig } from '../../../src/config/parse.js';
import { minimalConfig } from '../../support/config-folder.js';

const parse = (text: string) => parseConfig(text, '/etc/pinlatch/gateway.json');

function issuesOf(changes: Readonly<Record<string, unknown>>) {
  const parsed = parse(minimalConfig(changes));
  return parsed.ok ? [] : parsed.issues;
}

const route = (changes: Readonly<Record<string, unknown>>) => ({
  routes: [{ name: 'all', match: { path: '/*' }, allow: ['billing'], proxy: 'crm', ...changes }],
});

const summarize = (changes: Readonly<Record<string, unknown>>) =>
  issuesOf(changes).map(({ code, at }) => `${code} ${at}`);

test('relative paths are relative to the file', async (t) => {
  const parsed = parse(minimalConfig());
  t.ok(parsed.ok);
  if (!parsed.ok) return;
  t.equal(parsed.config.trust[0]?.ca[0]?.path, '/etc/pinlatch/certs/client-ca.crt');
  t.equal(
    parsed.config.listeners[0]?.certificates[0]?.key.secret,
    '/etc/pinlatch/certs/server.key',
  );
});

test('so are relative paths of sockets', async (t) => {
  const parsed = parse(minimalConfig({ upstreams: { crm: { endpoints: ['unix:app.sock'] } } }));
  t.match(parsed, {
    config: { upstreams: [{ endpoints: [{ kind: 'unix', path: '/etc/pinlatch/app.sock' }] }] },
  });
});

test('the parsed configuration is frozen', async (t) => {
  const parsed = parse(minimalConfig());
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    t.ok(Object.isFrozen(value));
    for (const member of Object.values(value)) walk(member);
  };
  t.ok(parsed.ok);
  if (parsed.ok) walk(parsed.config);
});

test('what a later version will narrow access by is refused now', async (t) => {
  const pin = '11'.repeat(32);
  const client = { billing: { pins: [pin], tier: {} } };
  t.same(summarize({ clients: client }), ['not-supported-yet /clients/billing/tier']);
  t.same(summarize({ tiers: {} }), ['not-supported-yet /tiers']);
});

test('unknown keys are errors everywhere', async (t) => {
  const clients = { billing: { pins: [{ sha256: '11'.repeat(32), x: 1 }], x: 1 } };
  const trust = { devices: { ca: ['a'], x: 1, crl: { files: ['b'], x: 1 } } };
  const upstreams = { crm: { endpoints: ['http://a'], x: 1, timeouts: { x: '1s' } } };
  const certificates = [{ cert: 'a', key: 'b', x: 1 }];
  const edge = {
    bind: '0.0.0.0:1',
    certificates,
    trust: 'devices',
    x: 1,
    limits: { x: 1 },
    timeouts: { x: 1 },
  };
  const routes = [
    { name: 'a', match: { path: '/a', x: 1 }, allow: 'any-trusted', respond: { x: 1 }, x: 1 },
  ];
  const found = issuesOf({ clients, trust, upstreams, listeners: { edge }, routes, x: 1 });
  t.equal(found.length, 14);
  t.ok(found.every(({ code, at }) => code === 'unknown-key' && at.endsWith('/x')));
});

test('a key that was mistyped is reported once, with the key that was meant', async (t) => {
  const found = issuesOf(route({ allow: undefined, alow: ['billing'] }));
  t.match(found, [{ code: 'unknown-key', at: '/routes/0/alow', fix: 'did you mean "allow"?' }]);
  t.equal(found.length, 1);
});

test('a route allows somebody', async (t) => {
  t.same(summarize(route({ allow: [] })), ['allows-nobody /routes/0/allow']);
  t.same(summarize(route({ allow: undefined })), ['missing-key /routes/0']);
  t.same(summarize(route({ allow: null })), ['bad-value /routes/0/allow']);
  t.same(summarize(route({ allow: '*' })), ['bad-value /routes/0/allow']);
});

test('a client has at least one pin', async (t) => {
  t.same(summarize({ clients: { billing: { pins: [] } } }), ['bad-value /clients/billing/pins']);
});

test('a route does exactly one thing', async (t) => {
  t.same(summarize(route({ respond: {} })), ['bad-value /routes/0']);
  t.same(summarize(route({ proxy: undefined })), ['bad-value /routes/0']);
});

test('names that lead nowhere are found, also in entries with other mistakes', async (t) => {
  t.same(summarize(route({ proxy: 'cmr', allow: ['biling'], listeners: ['egde'], x: 1 })).sort(), [
    'unknown-key /routes/0/x',
    'unknown-name /routes/0/allow/0',
    'unknown-name /routes/0/listeners/0',
    'unknown-name /routes/0/proxy',
  ]);
  t.match(issuesOf(route({ proxy: 'cmr' })), [{ found: '"cmr"', fix: 'did you mean "crm"?' }]);
});

test('who asks to keep a field that the gateway writes is not led to another one', async (t) => {
  for (const keep of ['X-Forwarded-For', 'x-real-ip', 'Forwarded']) {
    const [issue] = issuesOf(route({ proxy: 'crm', headers: { request: { keep: [keep] } } }));
    t.match(issue?.fix, /never forwards a client’s; .*"trustForwardedFor"/, keep);
  }
});

test('names from Object.prototype lead nowhere', async (t) => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    t.same(summarize(route({ proxy: name })), ['unknown-name /routes/0/proxy'], name);
  }
  const withProto = minimalConfig().replace('"trust": {', '"__proto__": {"x": 1}, "trust": {');
  t.match(parse(withProto), { ok: false, issues: [{ code: 'unknown-key', at: '/__proto__' }] });
});

test('fixed responses cannot be split, framed or dated', async (t) => {
  const respond = (headers: object) => summarize(route({ proxy: undefined, respond: { headers } }));
  t.same(respond({ 'X-A': 'a', 'Cache-Control': 'no-store' }), []);
  for (const name of [
    'Content-Length',
    'transfer-encoding',
    'Connection',
    'DATE',
    'a b',
    '',
    'a:',
  ]) {
    t.ok(
      respond({ [name]: 'x' }).some((found) =>
        found.startsWith('bad-value /routes/0/respond/headers'),
      ),
      name,
    );
  }
  for (const value of ['a\r\nb', 'a\nb', 'a\u0000', ' a', 'a ', 'é', '\u0085']) {
    t.ok(
      respond({ X: value }).some((found) => found === 'bad-value /routes/0/respond/headers/X'),
      JSON.stringify(value),
    );
  }
  t.ok(respond({ 'X-A': '1', 'x-a': '2' }).includes('bad-value /routes/0/respond'));
});

test('a status without a body has none', async (t) => {
  for (const status of [204, 205, 304]) {
    const found = summarize(route({ proxy: undefined, respond: { status, text: 'x' } }));
    t.ok(found.includes('bad-value /routes/0/respond'), String(status));
    t.notOk(
      summarize(route({ proxy: undefined, respond: { status } })).some((one) =>
        one.includes('respond'),
      ),
    );
  }
});

test('the shipped example has no mistake', async (t) => {
  const file = new URL('../../../firmware-config/gateway.json', import.meta.url).pathname;
  t.ok(parseConfig(readFileSync(file, 'utf8'), file).ok);
});

// A small generator (mulberry32), so that a failure can be repeated.
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('whatever a value is replaced by, parsing returns issues or a configuration and never throws', async (t) => {
  const random = randomFrom(20_260);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const odd = [
    null,
    true,
    0,
    -1,
    1.5,
    '',
    'x',
    'grace:1s',
    '10s',
    [],
    {},
    [null],
    [{}],
    [[]],
    { a: 1 },
    ['a', 'a'],
    [{}, {}],
  ];
  const places = (value: unknown, at: (string | number)[] = []): (string | number)[][] =>
    typeof value === 'object' && value !== null
      ? [at, ...Object.entries(value).flatMap(([key, member]) => places(member, [...at, key]))]
      : [at];
  const example = new URL('../../../firmware-config/gateway.json', import.meta.url);
  const parsed = parse(readFileSync(example, 'utf8'));
  for (let round = 0; round < 3000; round++) {
    const copy = JSON.parse(JSON.stringify(parsed.source.value));
    const [first, ...rest] = pick(places(copy));
    if (first === undefined) continue;
    const steps = [first, ...rest];
    const last = steps.pop() as string;
    const parent = steps.reduce<Record<string, unknown>>(
      (value, step) => value[step] as Record<string, unknown>,
      copy,
    );
    if (random() < 0.2) delete parent[last];
    else parent[random() < 0.2 ? `${last}x` : last] = pick(odd);
    const outcome = parse(JSON.stringify(copy));
    if (outcome.ok) continue;
    if (outcome.issues.length === 0) t.fail(`no issue for ${JSON.stringify(copy)}`);
    for (const { found, expected, at } of outcome.issues) {
      if (found === '' || expected === 'something else') t.fail(`${at}: ${found}, ${expected}`);
    }
  }
});

test('whatever is cut out of the text, parsing does not throw', async (t) => {
  const random = randomFrom(1);
  const text = readFileSync(
    new URL('../../../firmware-config/gateway.json', import.meta.url),
    'utf8',
  );
  for (let round = 0; round < 500; round++) {
    const start = Math.floor(random() * text.length);
    const end = start + Math.floor(random() * 40);
    t.ok(typeof parse(text.slice(0, start) + text.slice(end)).ok === 'boolean');
  }
});

test('the rules of a server name are read as strictly as those of a listener', async (t) => {
  const { listeners } = JSON.parse(minimalConfig());
  const named = (names: unknown) => ({ listeners: { edge: { ...listeners.edge, names } } });
  t.same(summarize(named({ 'api.local': { clientAuth: 'none' } })), []);
  t.same(summarize(named({ 'API.local': {} })), ['bad-value /listeners/edge/names/API.local']);
  t.same(summarize(named({ 'api.local': { clientAuth: 'maybe' } })), [
    'bad-value /listeners/edge/names/api.local/clientAuth',
  ]);
  t.same(summarize(named({ 'api.local': { certificates: [] } })), [
    'unknown-key /listeners/edge/names/api.local/certificates',
  ]);
  t.same(summarize(named({ 'api.local': { trust: 'nobody' } })), [
    'unknown-name /listeners/edge/names/api.local/trust',
  ]);
});

test('the times of tickets have bounds, and a key seals for no less than a ticket lives', async (t) => {
  const read = (tickets?: unknown) => {
    const parsed = parse(minimalConfig(tickets === undefined ? {} : { tickets }));
    return parsed.ok ? parsed.config.tickets : parsed.issues.map(({ code, at }) => `${code} ${at}`);
  };
  const seconds = (lifetimeSeconds: number, rotateSeconds: number) => ({
    lifetimeSeconds,
    rotateSeconds,
  });
  t.same(read(), seconds(7200, 7200));
  t.same(read({}), seconds(7200, 7200));
  t.same(read({ lifetime: '7d' }), seconds(604_800, 604_800));
  t.same(read({ rotate: '3h' }), seconds(7200, 10_800));
  t.same(read({ lifetime: '1s', rotate: '24d' }), seconds(1, 2_073_600));
  for (const tickets of [
    { lifetime: '8d' },
    { lifetime: '500ms' },
    { lifetime: '1500ms' },
    { rotate: '1h' },
    { lifetime: '3h', rotate: '2h' },
  ]) {
    t.same(read(tickets), ['bad-value /tickets'], JSON.stringify(tickets));
  }
  t.same(read({ rotate: '25d' }), ['bad-value /tickets/rotate']);
  t.same(read({ lifetime: '0s' }), ['bad-value /tickets/lifetime']);
  t.same(read({ lifetime: 'soon' }), ['bad-value /tickets/lifetime']);
  t.same(read({ keys: [] }), ['unknown-key /tickets/keys']);
  t.same(read(true), ['bad-value /tickets']);
});

test('among thousands of unknown names only the first are compared with the known ones', async (t) => {
  const numbers = Array.from({ length: 1000 }, (_, index) => index);
  const issues = issuesOf({
    clients: Object.fromEntries(numbers.map((n) => [`client-${n}`, { pins: ['11'.repeat(32)] }])),
    routes: numbers.map((n) => ({
      name: `route-${n}`,
      match: { path: `/${n}` },
      allow: [`klient-${n}`],
      proxy: 'crm',
    })),
  }).filter(({ code }) => code === 'unknown-name');
  t.equal(issues.length, 1000);
  t.equal(issues[0]?.fix, 'did you mean "client-0"?');
  t.equal(issues[999]?.fix, 'add "klient-999" to "clients"');
});

test('scopes are scope-tokens, applications have known clients and names of their own', async (t) => {
  const pins = ['11'.repeat(32)];
  const clients = { billing: { pins, scopes: ['customer:read'] }, erp: { pins } };
  const apps = (application: object, name = 'shop') =>
    summarize({ clients, applications: { [name]: application } });
  t.same(apps({ clients: ['billing', 'erp'], scopes: ['orders:read'] }), []);
  t.same(apps({ clients: [] }), ['bad-value /applications/shop/clients']);
  t.same(apps({}), ['missing-key /applications/shop']);
  t.same(apps({ clients: ['biling'] }), ['unknown-name /applications/shop/clients/0']);
  t.same(apps({ clients: ['billing'] }, 'erp'), ['duplicate-name /applications/erp']);
  for (const scope of ['a b', '', 'a"b', 'a\\b', 'ä', 'x'.repeat(129)])
    t.same(apps({ clients: ['erp'], scopes: [scope] }), ['bad-value /applications/shop/scopes/0']);
  t.same(apps({ clients: ['erp'], scopes: ['a', 'a'] }), ['bad-value /applications/shop/scopes/1']);
});
