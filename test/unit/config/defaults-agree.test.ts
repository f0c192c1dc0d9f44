import { readFileSync } from 'node:fs';
import { test } from 'tap';
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
  t.equal(Object.keys(full.listeners.edge.limits).length, 9);
  t.equal(Object.keys(full.listeners.edge.timeouts).length, 8);
  t.equal(Object.keys(full.upstreams.crm.timeouts).length, 4);
  t.equal(Object.keys(full.upstreams.crm.ejection).length, 4);
  t.equal(Object.keys(full.upstreams.crm.retries).length, 3);
  t.equal(Object.keys(full.upstreams.crm.limits).length, 3);
  t.equal(Object.keys(full.upstreams.crm.health).length, 6);
  t.same(read(JSON.stringify(full)), read(JSON.stringify(plain)));
});

// What the model declares as `type name = value;` or `type name{value};`.
function modelDefaults(text: string, struct: string): Record<string, number> {
  const body = new RegExp(`struct ${struct} \\{([\\s\\S]*?)\\n\\};`).exec(text)?.[1] ?? '';
  const members = body.matchAll(/^ {2}[\w:]+ (\w+)(?:\s*=\s*|\{)([^;]+?)\}?;/gm);
  return Object.fromEntries(
    [...members].flatMap(([, name = '', written = '']) => {
      const value = written
        .replace(/uint64_t\{1\} << 40/, () => String(2 ** 40))
        .split('*')
        .reduce((product, factor) => product * Number(factor), 1);
      return Number.isNaN(value) ? [] : [[name, value]];
    }),
  );
}

const camel = (name: string): string =>
  name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());

test('the defaults are those of the native model', async (t) => {
  const path = new URL('../../../native/snapshot/model.h', import.meta.url);
  const model = readFileSync(path, 'utf8');
  const config = read(minimalConfig());
  const [listener] = config.listeners;
  const [upstream] = config.upstreams;
  const limits = Object.entries(modelDefaults(model, 'Limits')).map(([name, value]) => [
    camel(name),
    value,
  ]);
  t.equal(limits.length, 13);
  t.same(Object.fromEntries(limits), listener?.limits);
  const timeouts = Object.entries(modelDefaults(model, 'Timeouts')).map(([name, value]) => [
    `${camel(name)}Ms`,
    value,
  ]);
  t.equal(timeouts.length, 8);
  t.same(Object.fromEntries(timeouts), listener?.timeouts);
  const [trust] = config.trust;
  t.same(modelDefaults(model, 'Trust'), {
    min_rsa_bits: trust?.minRsaBits,
    max_depth: trust?.maxDepth,
  });
  t.match(model, /bool self_signed = false;/);
  t.equal(trust?.selfSigned, false);
  t.match(model, /bool accept_unlisted_issuers = false;/);
  t.match(model, /bool accept_unnumbered = false;/);
  t.match(model, /bool leaf_only = false;/);
  t.match(model, /WhenStale when_stale = WhenStale::kReject;/);
  t.same(modelDefaults(model, 'Upstream'), {
    connect_timeout: upstream?.connectMs,
    response_timeout: upstream?.responseMs,
    idle_timeout: upstream?.idleMs,
    keep_alive: upstream?.keepAliveMs,
    max_idle: upstream?.maxIdle,
    resolve_interval: upstream?.resolveMs,
  });
});

test('the defaults of choosing among endpoints are those of the native model', async (t) => {
  const path = new URL('../../../native/snapshot/balancing.h', import.meta.url);
  const model = readFileSync(path, 'utf8');
  const raw = JSON.parse(minimalConfig());
  raw.upstreams.crm.health = { path: '/' };
  const [upstream] = read(JSON.stringify(raw)).upstreams;
  t.match(upstream?.balancing, { policy: 'round-robin', hashHeader: null, failback: true });
  t.match(model, /policy = BalancePolicy::kRoundRobin;/);
  t.match(model, /bool failback = true;/);
  t.same(modelDefaults(model, 'Balancing'), { slow_start: upstream?.balancing.slowStartMs });
  const { health, ejection, retries, limits } = upstream ?? {};
  t.same(modelDefaults(model, 'HealthCheck'), {
    interval: health?.intervalMs,
    timeout: health?.timeoutMs,
    healthy: health?.healthy,
    unhealthy: health?.unhealthy,
    expect_from: health?.expectFrom,
    expect_to: health?.expectTo,
  });
  t.same(modelDefaults(model, 'Ejection'), {
    failures: ejection?.failures,
    base: ejection?.baseMs,
    most: ejection?.mostMs,
    most_percent: ejection?.mostPercent,
  });
  t.match(model, /bool on_connect = true;/);
  t.match(model, /bool on_reset = true;/);
  t.match(retries, { onConnect: true, onReset: true });
  t.same(modelDefaults(model, 'Retries'), {
    attempts: retries?.attempts,
    budget_percent: retries?.budgetPercent,
  });
  t.same(modelDefaults(model, 'UpstreamLimits'), {
    connections: limits?.connections,
    requests: limits?.requests,
    queue: limits?.queue,
    queue_timeout: limits?.queueMs,
  });
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
