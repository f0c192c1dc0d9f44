/**
 * Owns what a run of the bench can be told on its command line. Reads no files, starts nothing.
 */
import { GatewayError } from '../../src/gateway-error.js';
import { readOptions } from '../../src/options.js';

export type TlsVersion = '1.2' | '1.3';

/** GROUPS are the key-exchange groups to choose from, and what OpenSSL calls each once it is negotiated. */
export const GROUPS = { X25519: 'X25519', 'P-256': 'prime256v1', 'P-384': 'secp384r1' } as const;
export type Group = keyof typeof GROUPS;

export interface Settings {
  /** Smoke test: one short round; only whether every peer answers right, no figures. */
  readonly quick: boolean;
  readonly rounds: number;
  /** Names of peers; names or families of measures. Empty: all. */
  readonly peers: readonly string[];
  readonly measures: readonly string[];
  /** Numbers of connections that carry requests at the same time: one measure for each. */
  readonly connections: readonly number[];
  /** Connections for the other measures that need some. */
  readonly mostConnections: number;
  /** Length of one measuring window for requests. */
  readonly windowMs: number;
  /** Full handshakes a sample. */
  readonly handshakes: number;
  readonly idleConnections: number;
  /** How long a flood lasts. */
  readonly floodSeconds: number;
  /** Starts a sample. */
  readonly starts: number;
  /** Numbers of routes and pins on the growth curves, connections for their requests, and connections one by one. */
  readonly growthSizes: readonly number[];
  readonly growthLoad: number;
  readonly growthConnections: number;
  /** How long the server is left alone before its memory is read. */
  readonly settleMs: number;
  readonly tls: TlsVersion;
  /** The key-exchange group. */
  readonly group: Group;
}

export const USAGE = `usage: npm run bench -- [options]

  --quick             smoke test: every peer must answer right; prints no figures
  --rounds N          interleaved rounds (3)
  --peers A,B         nginx, haproxy, caddy, node-https, pinlatch, pinlatch-portable, pinlatch-logging,
                      floor (all); pinlatch-other is the built tree that PINLATCH_BENCH_OTHER names
  --measures A,B      static, proxied, handshake, resumed, bodies, http2, idle, start, rest, growth, flood,
                      strangers (all), or one by name: static-64
  --connections A,B   numbers of connections that carry requests (1,64,512)
  --window SECONDS    measuring window for requests (1)
  --handshakes N      handshakes a sample (1000)
  --idle N            idle connections (5000)
  --tls 1.2|1.3       the protocol version (1.3)
  --group NAME        the key-exchange group: X25519, P-256 or P-384 (X25519)
  --help
`;

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  peers: { type: 'string' },
  measures: { type: 'string' },
  connections: { type: 'string' },
  window: { type: 'string' },
  handshakes: { type: 'string' },
  idle: { type: 'string' },
  tls: { type: 'string', default: '1.3' },
  group: { type: 'string', default: 'X25519' },
  help: { type: 'boolean', default: false },
} as const;

// What depends on whether it is the smoke test, and cannot be told otherwise.
const FULL = {
  floodSeconds: 10,
  starts: 3,
  growthSizes: [10, 100, 1000, 10_000],
  growthLoad: 64,
  settleMs: 1000,
};
const QUICK = { floodSeconds: 1, starts: 1, growthSizes: [10, 100], growthLoad: 8, settleMs: 50 };
const GROWTH_CONNECTIONS = { full: 500, quick: 20 };

function numberIn(
  text: string | undefined,
  fallback: number,
  range: { readonly name: string; readonly from: number; readonly to: number; whole?: boolean },
): number {
  if (text === undefined) {
    return fallback;
  }
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const sound = range.whole === false ? Number.isFinite(value) : Number.isInteger(value);
  if (!sound || value < range.from || value > range.to) {
    throw new GatewayError(
      'usage',
      `--${range.name} ${text}: expected a number from ${range.from} to ${range.to}`,
    );
  }
  return value;
}

function connectionNumbers(text: string | undefined, usual: readonly number[]): readonly number[] {
  const range = { name: 'connections', from: 1, to: 1000 };
  const numbers = text?.split(',').map((one) => numberIn(one, 0, range)) ?? usual;
  if (new Set(numbers).size !== numbers.length) {
    throw new GatewayError('usage', `--connections ${text}: a number stands there twice`);
  }
  return numbers;
}

function isGroup(name: string): name is Group {
  return Object.hasOwn(GROUPS, name);
}

function names(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(',').map((name) => name.trim());
}

/** parseSettings reads the command line; undefined means that help was asked for. */
export function parseSettings(args: readonly string[]): Settings | undefined {
  const values = readOptions(args, OPTIONS);
  if (values.help === true) {
    return undefined;
  }
  const { tls, group, quick } = values;
  if (tls !== '1.2' && tls !== '1.3') {
    throw new GatewayError('usage', `--tls ${tls}: expected 1.2 or 1.3`);
  }
  if (!isGroup(group)) {
    throw new GatewayError(
      'usage',
      `--group ${group}: expected one of ${Object.keys(GROUPS).join(', ')}`,
    );
  }
  const whole = (name: 'rounds' | 'handshakes' | 'idle', to: number, usual: number) =>
    numberIn(values[name], usual, { name, from: 1, to });
  const seconds = { name: 'window', from: 0.1, to: 60, whole: false };
  const connections = connectionNumbers(values.connections, quick ? [1, 8] : [1, 64, 512]);
  return Object.freeze({
    quick,
    rounds: whole('rounds', 100, quick ? 1 : 3),
    peers: names(values.peers),
    measures: names(values.measures),
    connections,
    mostConnections: Math.max(...connections),
    windowMs: numberIn(values.window, quick ? 0.3 : 1, seconds) * 1000,
    handshakes: whole('handshakes', 100_000, quick ? 50 : 1000),
    idleConnections: whole('idle', 20_000, quick ? 50 : 5000),
    ...(quick ? QUICK : FULL),
    growthConnections: quick ? GROWTH_CONNECTIONS.quick : GROWTH_CONNECTIONS.full,
    tls,
    group,
  });
}
