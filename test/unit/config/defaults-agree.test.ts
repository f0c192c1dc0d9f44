import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { rangesIn } from '../../../scripts/generate-ranges.mjs';
import { parseConfig } from '../../../src/config/parse.js';
import { minimalConfig } from '../../support/config-folder.js';

type Schema = Readonly<Record<string, { readonly default?: unknown }>>;

const schema = JSON.parse(
  readFileSync(new URL('../../../firmware-config/gateway.schema.json', import.meta.url), 'utf8'),
);

function read(text: string) {
  const parsed = parseConfig(text, '/x/gateway.json');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.config;
}

function defaultsOf(properties: Schema | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties ?? {}).flatMap(([key, value]) =>
      value.default === undefined ? [] : [[key, value.default]],
    ),
  );
}

test('writing every default of the schema out changes nothing', async (t) => {
  const { listener, upstream, trust, crl } = schema.$defs;
  const { ejection, retries, upstreamLimits, healthCheck: health } = schema.$defs;
  const plain = JSON.parse(minimalConfig());
  const full = JSON.parse(minimalConfig());
  Object.assign(full, defaultsOf(schema.properties));
  Object.assign(full.listeners.edge, defaultsOf(listener.properties), {
    limits: defaultsOf(listener.properties.limits.properties),
    timeouts: defaultsOf(listener.properties.timeouts.properties),
  });
  Object.assign(full.upstreams.crm, defaultsOf(upstream.properties), {
    timeouts: defaultsOf(upstream.properties.timeouts.properties),
    ejection: defaultsOf(ejection.properties),
    retries: defaultsOf(retries.properties),
    limits: { requests: 1, ...defaultsOf(upstreamLimits.properties) },
    resolve: defaultsOf(upstream.properties.resolve.properties),
    health: { path: '/', ...defaultsOf(health.properties) },
    // What is hashed goes with "balance": "hash" only.
    balance: 'hash',
  });
  plain.upstreams.crm.balance = 'hash';
  plain.upstreams.crm.limits = { requests: 1 };
  plain.upstreams.crm.health = { path: '/' };
  plain.trust.devices.crl = { files: ['a'] };
  Object.assign(full.trust.devices, defaultsOf(trust.properties), {
    crl: { files: ['a'], ...defaultsOf(crl.properties) },
  });
  t.equal(Object.keys(full.trust.devices).length, 6);
  t.equal(Object.keys(full.trust.devices.crl).length, 5);
  t.equal(Object.keys(full.listeners.edge.limits).length, 10);
  t.equal(Object.keys(full.listeners.edge.timeouts).length, 8);
  t.equal(Object.keys(full.upstreams.crm.timeouts).length, 4);
  t.equal(Object.keys(full.upstreams.crm.ejection).length, 4);
  t.equal(Object.keys(full.upstreams.crm.retries).length, 3);
  t.equal(Object.keys(full.upstreams.crm.limits).length, 3);
  t.equal(Object.keys(full.upstreams.crm.health).length, 6);
  t.same(read(JSON.stringify(full)), read(JSON.stringify(plain)));
});

test('the data plane has the bounds and defaults of the configuration', async (t) => {
  const native = new Map(rangesIn(schema).map((range) => [range.path.join('.'), range]));
  const raw = JSON.parse(minimalConfig());
  raw.upstreams.crm.health = { path: '/' };
  const [listener, upstream, trust, config] = [
    read(JSON.stringify(raw)).listeners[0],
    read(JSON.stringify(raw)).upstreams[0],
    read(JSON.stringify(raw)).trust[0],
    read(JSON.stringify(raw)),
  ];
  const usual = (path: string) => native.get(path)?.usual;
  const keysOf = (object: Readonly<Record<string, unknown>>, path: string) =>
    Object.keys(object).map((key) => [key, usual(`${path}.${key.replace(/Ms$/, '')}`)]);
  const { handshakesPerAddress: _, handshakePeriodMs: __, ...limits } = listener?.limits ?? {};
  t.same(Object.fromEntries(keysOf(limits, 'listener.limits')), limits);
  const timeouts = listener?.timeouts ?? {};
  t.same(Object.fromEntries(keysOf({ ...timeouts }, 'listener.timeouts')), timeouts);
  t.equal(usual('drainTimeout'), config.drainMs);
  t.equal(usual('tickets.lifetime'), config.tickets.lifetimeSeconds * 1000);
  t.match(trust, { minRsaBits: usual('trust.minRsaBits'), maxDepth: usual('trust.maxDepth') });
  t.match(upstream, {
    connectMs: usual('upstream.timeouts.connect'),
    responseMs: usual('upstream.timeouts.response'),
    idleMs: usual('upstream.timeouts.idle'),
    keepAliveMs: usual('upstream.timeouts.keepAlive'),
    maxIdle: usual('upstream.maxIdle'),
    resolveMs: usual('upstream.resolve.interval'),
    balancing: { slowStartMs: usual('upstream.slowStart') },
    health: {
      intervalMs: usual('healthCheck.interval'),
      timeoutMs: usual('healthCheck.timeout'),
      healthy: usual('healthCheck.healthy'),
      unhealthy: usual('healthCheck.unhealthy'),
    },
    ejection: {
      failures: usual('ejection.failures'),
      baseMs: usual('ejection.time'),
      mostMs: usual('ejection.maxTime'),
      mostPercent: usual('ejection.maxPercent'),
    },
    retries: {
      attempts: usual('retries.attempts'),
      budgetPercent: usual('retries.budgetPercent'),
    },
    limits: { queue: usual('upstreamLimits.queue'), queueMs: usual('upstreamLimits.queueTimeout') },
  });
});

// Words and flags, of which the data plane has no range.
test('the words that are usual are the same on both sides', async (t) => {
  const model = ['model', 'balancing']
    .map((name) => new URL(`../../../native/snapshot/${name}.h`, import.meta.url))
    .map((path) => readFileSync(path, 'utf8'))
    .join();
  const config = read(minimalConfig());
  t.equal(config.trust[0]?.selfSigned, false);
  t.match(config.upstreams[0]?.balancing, {
    policy: 'round-robin',
    hashHeader: null,
    failback: true,
  });
  t.match(config.upstreams[0]?.retries, { onConnect: true, onReset: true });
  for (const line of [
    'bool self_signed = false;',
    'bool accept_unlisted_issuers = false;',
    'bool accept_unnumbered = false;',
    'bool leaf_only = false;',
    'WhenStale when_stale = WhenStale::kReject;',
    'policy = BalancePolicy::kRoundRobin;',
    'bool failback = true;',
    'bool on_connect = true;',
    'bool on_reset = true;',
  ]) {
    t.ok(model.includes(line), line);
  }
});

test('every default and example of the schema is taken by the schema', async (t) => {
  const { validate } = await import('../../../src/config/schema.js');
  const config = JSON.parse(minimalConfig());
  for (const pins of schema.$defs.pin.examples) config.clients.billing.pins = [pins];
  t.same(validate(config), []);
  config.trust.devices.deny = schema.$defs.deny.examples;
  t.same(validate(config), []);
  for (const path of schema.$defs.match.properties.path.examples) {
    config.routes[0].match.path = path;
    t.same(validate(config), [], path);
  }
});
