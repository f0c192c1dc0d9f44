import { test } from 'tap';
import type { ConfigParts } from '../../../src/config/config.js';
import { parseConfig } from '../../../src/config/parse.js';
import { scopeIssues, scopeWarnings } from '../../../src/snapshot/scope-rules.js';

const PINS = ['11'.repeat(32)];

function partsOf(route: object): ConfigParts {
  const text = JSON.stringify({
    trust: { devices: { ca: ['ca.crt'] } },
    clients: {
      billing: { pins: PINS, scopes: ['customer:read'] },
      crm: { pins: PINS },
    },
    applications: { erp: { clients: ['crm'], scopes: ['orders:read'] } },
    listeners: {
      edge: { bind: '0.0.0.0:1', certificates: [{ cert: 'a', key: 'b' }], trust: 'devices' },
    },
    routes: [{ name: 'a', match: { path: '/a' }, respond: {}, ...route }],
  });
  const parsed = parseConfig(text, '/etc/pinlatch/gateway.json');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.config;
}

const found = (route: object): readonly string[] => {
  const parts = partsOf(route);
  return [...scopeIssues(parts), ...scopeWarnings(parts)].map(({ code, at }) => `${code} ${at}`);
};

test('an application in "allow" stands for its clients', async (t) => {
  const { routes } = partsOf({ allow: ['erp', 'crm', 'billing'] });
  t.same(routes[0]?.allow, { clients: ['crm', 'billing'] });
});

test('a scope that nobody has is an error, with the one that was meant', async (t) => {
  t.same(found({ allow: ['erp'], scopes: ['orders:read'] }), []);
  t.same(found({ allow: ['billing'], scopes: ['custmer:read'] }), [
    'unknown-scope /routes/0/scopes/0',
    'allows-nobody /routes/0/scopes',
  ]);
  const [first] = scopeIssues(partsOf({ allow: ['billing'], scopes: ['custmer:read'] }));
  t.match(first, { fix: 'did you mean "customer:read"?' });
});

test('scopes that no allowed client has together are a warning: the route is closed', async (t) => {
  const scopes = ['customer:read', 'orders:read'];
  t.same(found({ allow: ['billing', 'erp'], scopes }), ['allows-nobody /routes/0/scopes']);
  t.same(found({ allow: ['erp'], scopes: ['customer:read'] }), ['allows-nobody /routes/0/scopes']);
});

test('scopes mean nothing where no client is asked for', async (t) => {
  for (const allow of ['any-trusted', 'anyone'])
    t.same(found({ allow, scopes: ['orders:read'] }), ['scopes-of-nobody /routes/0/scopes']);
});
