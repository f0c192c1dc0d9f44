/**
 * Owns pinlatch as a peer: the built gateway with the configuration that `pinlatch init` writes, and clients pinned on every
 * route. It is four peers: by the provider of its cryptography, with its access log on, and from another tree.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configText } from '../../../src/cli/init.js';
import { readSource } from '../../../src/config/source.js';
import { readGatewaySchema, schemaKnows } from '../gateway-schema.js';
import type { Command } from '../processes.js';
import { REPOSITORY } from '../repository.js';
import {
  BODIES_PREFIX,
  growthPaths,
  type LogCount,
  type Peer,
  type PeerSetup,
  PROXIED_PATH,
  STATIC_BODY,
  STATIC_PATH,
} from './peer.js';

// Another built tree, such as the one before a change: it is measured beside this one, in the same run.
const { PINLATCH_BENCH_OTHER: OTHER } = process.env;
// JSON, what its upstream has to be told that this one's need not.
const { PINLATCH_BENCH_OTHER_UPSTREAM: OTHER_UPSTREAM = '{}' } = process.env;
const OTHER_CONNECTIONS = 100;
// What a listener takes that does not say how many.
const USUAL_CONNECTIONS = 10_000;

const SCHEMA = readGatewaySchema();
const KNOWS_PROVIDER = schemaKnows(SCHEMA, ['crypto', 'provider']);
const KNOWS_ACCESS_LOG = schemaKnows(SCHEMA, ['log', 'access']);

interface Kind {
  readonly provider: 'auto' | 'portable';
  readonly access: 'off' | 'all';
  readonly upstream?: object;
}

/** Initial is what the bench looks into of the configuration that `init` writes. */
interface Initial {
  readonly $schema: string;
  readonly clients: Readonly<Record<string, object>>;
  readonly listeners: { readonly edge: object };
  readonly routes: readonly object[];
}

const initialFor = ({ pki }: PeerSetup): Initial =>
  readSource(configText(`sha256:${pki.client.sha256}`, '')).value as Initial;

// The bench's client, which is init's, is the last one and has the last route, behind as many others as asked for.
function clientsAndRoutes(setup: PeerSetup, { clients, routes }: Initial): object {
  const [own = ''] = Object.keys(clients);
  const allow = [own];
  const respond = { json: JSON.parse(STATIC_BODY) };
  const paths = growthPaths(setup.routes);
  const others = paths.slice(1).map((_, index) => `other-${index + 1}`);
  const owner = (index: number): string => others[index] ?? own;
  const pinOf = (name: string): string => createHash('sha256').update(name).digest('hex');
  return {
    clients: {
      ...Object.fromEntries(others.map((name) => [name, { pins: [`sha256:${pinOf(name)}`] }])),
      ...clients,
    },
    routes: [
      ...routes,
      { name: 'static', match: { path: STATIC_PATH }, allow, respond },
      { name: 'proxied', match: { path: PROXIED_PATH }, allow, proxy: 'service' },
      { name: 'bodies', match: { path: `${BODIES_PREFIX}*` }, allow, proxy: 'service' },
      ...paths.map((path, index) => ({
        name: `growth-${index + 1}`,
        match: { path },
        allow: [owner(index)],
        respond,
      })),
    ],
  };
}

// Who expects more connections than a listener usually takes has to say so, as in every peer.
function room({ connections, ownLimits }: PeerSetup): object {
  const wanted = connections + OTHER_CONNECTIONS;
  return ownLimits || wanted <= USUAL_CONNECTIONS ? {} : { limits: { connections: wanted } };
}

// What all peers are told: one core, no access log unless that is what is measured, tickets or none.
function conditions({ provider, access }: Kind): object {
  return {
    workers: 1,
    ...(KNOWS_PROVIDER && provider !== 'auto' ? { crypto: { provider } } : {}),
    ...(KNOWS_ACCESS_LOG && access !== 'all' ? { log: { access } } : {}),
  };
}

function configuration(setup: PeerSetup, kind: Kind): object {
  const { certificate, key } = setup.server;
  const { $schema: _, ...initial } = initialFor(setup);
  const edge = {
    ...initial.listeners.edge,
    bind: `127.0.0.1:${setup.port}`,
    certificates: [{ cert: certificate, key }],
    ...(setup.resumption ? {} : { tickets: false }),
    ...room(setup),
  };
  return {
    ...initial,
    ...conditions(kind),
    trust: { clients: { ca: [setup.pki.ca] } },
    upstreams: {
      service: { endpoints: [`http://127.0.0.1:${setup.upstreamPort}`], ...kind.upstream },
    },
    listeners: { edge },
    ...clientsAndRoutes(setup, initialFor(setup)),
  };
}

const mainOf = (tree: string): string => join(tree, 'dist/cli/main.js');

function command(setup: PeerSetup, kind: Kind, tree: string): Command {
  const path = join(setup.directory, 'gateway.json');
  writeFileSync(path, JSON.stringify(configuration(setup, kind), null, 2));
  return { program: process.execPath, args: [mainOf(tree), 'run', path] };
}

function missing(tree: string): string | undefined {
  const built = existsSync(mainOf(tree)) && existsSync(join(tree, 'build/Release/pinlatch.node'));
  return built ? undefined : `${tree} is not built (npm run build:native && npm run build)`;
}

function version(kind: Kind, tree: string): string {
  const { version } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8'));
  const provider = KNOWS_PROVIDER ? `crypto provider ${kind.provider}` : 'portable cryptography';
  const access = KNOWS_ACCESS_LOG ? kind.access : 'all';
  return `pinlatch ${version}, ${provider}, access log ${access}, node ${process.version}`;
}

// Of very many lines only the few that tell of dropped ones are parsed.
function countLog(output: Buffer): LogCount {
  const lines = output.toString('latin1').split('\n');
  const dropped = lines
    .filter((line) => line.includes('"event":"events-dropped"'))
    .map((line) => Number(JSON.parse(line).count));
  return {
    written: lines.filter((line) => line.includes('"type":"access"')).length,
    dropped: dropped.reduce((sum, count) => sum + count, 0),
  };
}

function peer(name: string, kind: Kind, tree: string = REPOSITORY): Peer {
  return {
    name,
    missing: () => missing(tree),
    version: () => version(kind, tree),
    command: (setup) => command(setup, kind, tree),
    ...(kind.access === 'all' || !KNOWS_ACCESS_LOG ? { countLog } : {}),
  };
}

function unlessKnown(isKnown: boolean, key: string): string | undefined {
  return isKnown
    ? undefined
    : `this pinlatch has no "${key}" in its configuration (firmware-config/gateway.schema.json)`;
}

export const pinlatch: Peer = Object.freeze({
  ...peer('pinlatch', { provider: 'auto', access: 'off' }),
  grows: true,
  http2: true,
  ownLimits: true,
});

export const pinlatchPortable: Peer = Object.freeze({
  ...peer('pinlatch-portable', { provider: 'portable', access: 'off' }),
  http2: true,
  unsupported: () => unlessKnown(KNOWS_PROVIDER, 'crypto.provider'),
});

export const pinlatchLogging: Peer = Object.freeze<Peer>({
  ...peer('pinlatch-logging', { provider: 'auto', access: 'all' }),
  families: ['static', 'proxied'],
  unsupported: () => unlessKnown(KNOWS_ACCESS_LOG, 'log.access'),
});

const otherKind: Kind = {
  provider: 'auto',
  access: 'off',
  upstream: JSON.parse(OTHER_UPSTREAM),
};

export const pinlatchOther: Peer = Object.freeze<Peer>({
  ...peer('pinlatch-other', otherKind, OTHER),
  grows: true,
  http2: true,
  ownLimits: true,
  unsupported: () => (OTHER === undefined ? 'PINLATCH_BENCH_OTHER names no other tree' : undefined),
});
