/**
 * Owns a run of the bench: `npm run bench`. Peers run one beside the other for the whole run, idle unless it is their
 * turn; each round takes each measure of each peer, the order of peers moving on from round to round.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Bench,
  checkServer,
  messageOf,
  prepareBench,
  type Server,
  startPeer,
} from './bench.js';
import { CIPHERS, hasCompiler, hasOpenSslHeaders } from './clients.js';
import { type LogLoss, lossNote, measureLogLoss } from './log-loss.js';
import { describeMachine } from './machine.js';
import { fullHandshake } from './measures/handshake.js';
import { idleConnection } from './measures/idle.js';
import type { Measure, Sample } from './measures/measure.js';
import { proxiedRequest } from './measures/proxied.js';
import { resumedHandshake } from './measures/resumed.js';
import { staticRequest } from './measures/static.js';
import { haproxy } from './peers/haproxy.js';
import { nginx } from './peers/nginx.js';
import { nodeHttps } from './peers/node-https.js';
import type { Peer } from './peers/peer.js';
import { pinlatch } from './peers/pinlatch.js';
import { killAll, stop } from './processes.js';
import { firstLine, missingPackage } from './programs.js';
import { figures, type Series, table } from './report.js';
import { BENCH } from './repository.js';
import { parseSettings, type Settings, USAGE, UsageError } from './settings.js';

const PEERS: readonly Peer[] = [nginx, haproxy, nodeHttps, pinlatch];
const MEASURES: readonly Measure[] = [
  staticRequest,
  proxiedRequest,
  fullHandshake,
  resumedHandshake,
  idleConnection,
];

type Samples = Map<string, Sample[]>;

function chosen<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[],
  what: string,
): readonly T[] {
  for (const name of names) {
    if (!all.some((one) => one.name === name)) {
      const known = all.map((one) => one.name).join(', ');
      throw new UsageError(`there is no ${what} "${name}"; there are ${known}`);
    }
  }
  return names.length === 0 ? all : all.filter((one) => names.includes(one.name));
}

function missingParts(peers: readonly Peer[]): readonly string[] {
  const parts = [
    firstLine('wrk', '-v') === undefined ? missingPackage('wrk', 'wrk') : undefined,
    hasCompiler() ? undefined : missingPackage('cc', 'gcc'),
    !hasCompiler() || hasOpenSslHeaders()
      ? undefined
      : 'the headers of OpenSSL 3 are not installed (Debian package libssl-dev)',
    nginx.missing(), // the upstream is nginx, whoever the peers are
    ...peers.map((peer) => peer.missing()),
  ];
  return [...new Set(parts.filter((part) => part !== undefined))];
}

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const first = by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function takeOne(bench: Bench, measure: Measure, server: Server): Promise<Sample> {
  try {
    if (!measure.needsNewServer) {
      return await measure.take(bench, server);
    }
    const fresh = await startPeer(bench, server.peer, undefined, measure.resumption);
    const sample = await measure.take(bench, fresh);
    await stop(fresh.running);
    return sample;
  } catch (error) {
    throw new Error(`${measure.name}, ${server.peer.name}: ${messageOf(error)}`, { cause: error });
  }
}

async function takeRounds(
  bench: Bench,
  measures: readonly Measure[],
  servers: readonly Server[],
): Promise<Samples> {
  const samples: Samples = new Map();
  for (let round = 0; round < bench.settings.rounds; ++round) {
    for (const measure of measures) {
      for (const server of rotated(servers, round)) {
        const key = `${measure.name} ${server.peer.name}`;
        samples.set(key, [...(samples.get(key) ?? []), await takeOne(bench, measure, server)]);
      }
    }
    say(`round ${round + 1} of ${bench.settings.rounds} done`);
  }
  return samples;
}

function seriesOf(
  samples: Samples,
  measures: readonly Measure[],
  peers: readonly Peer[],
): readonly Series[] {
  return measures.flatMap((measure) =>
    peers.map((peer) => ({
      measure: measure.name,
      title: measure.title,
      unit: measure.unit,
      peer: peer.name,
      samples: samples.get(`${measure.name} ${peer.name}`) ?? [],
    })),
  );
}

async function measureLosses(bench: Bench, peers: readonly Peer[]): Promise<readonly LogLoss[]> {
  const losses: LogLoss[] = [];
  for (const peer of peers) {
    const loss = await measureLogLoss(bench, peer);
    if (loss !== undefined) {
      losses.push(loss);
    }
  }
  return losses;
}

function publish(
  bench: Bench,
  peers: readonly Peer[],
  taken: { readonly series: readonly Series[]; readonly losses: readonly LogLoss[] },
): void {
  const { series, losses } = taken;
  const { settings } = bench;
  const machine = describeMachine(bench.cpus);
  const versions = Object.fromEntries(peers.map((peer) => [peer.name, peer.version()]));
  const cipher = CIPHERS[settings.tls];
  const result = {
    takenAt: new Date().toISOString(),
    machine,
    versions,
    settings: { ...settings, cipher },
    figures: figures(series),
    accessLogs: losses,
    series,
  };
  const folder = join(BENCH, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(result, null, 2)}\n`);
  const notes = [
    `${machine.cpu} (${machine.arch}), Linux ${machine.kernel}; server on CPU ${machine.cpus.server}, ` +
      `client and upstream on CPU ${machine.cpus.client}; medians of ${settings.rounds} rounds, ratios round by round`,
    `TLS ${settings.tls}, ${cipher}, ${settings.group}, ECDSA P-256 on both sides, no resumption but where it is measured; ` +
      `${settings.connections} connections for requests, ${settings.idleConnections} idle ones`,
    'CPU: user and system time of all threads of the server. KiB: its own pages, without kernel memory.',
    ...peers.map((peer) => `${peer.name}: ${peer.version()}`),
    ...losses.map(lossNote),
    ...machine.cautions.map((caution) => `Caution: ${caution}.`),
  ];
  process.stdout.write(`\n${table(series)}\n\n${notes.map((note) => `- ${note}\n`).join('')}`);
}

async function run(directory: string, settings: Settings): Promise<void> {
  const peers = chosen(PEERS, settings.peers, 'peer');
  const measures = chosen(MEASURES, settings.measures, 'measure');
  const missing = missingParts(peers);
  if (missing.length > 0) {
    throw new UsageError(`the bench cannot run:\n${missing.map((part) => `  ${part}`).join('\n')}`);
  }
  const bench = await prepareBench(directory, settings);
  const servers: Server[] = [];
  for (const peer of peers) {
    const server = await startPeer(bench, peer);
    await checkServer(bench, server);
    servers.push(server);
  }
  const samples = await takeRounds(bench, measures, servers);
  const losses = settings.quick ? [] : await measureLosses(bench, peers);
  for (const server of servers) {
    await checkServer(bench, server);
    await stop(server.running);
  }
  await stop(bench.upstream.running);
  if (settings.quick) {
    process.stdout.write(
      `bench: ${peers.map((peer) => peer.name).join(', ')} answered right under ` +
        `${measures.map((measure) => measure.name).join(', ')}\n`,
    );
  } else {
    publish(bench, peers, { series: seriesOf(samples, measures, peers), losses });
  }
}

async function main(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'pinlatch-bench-'));
  process.on('exit', () => {
    killAll();
    rmSync(directory, { recursive: true, force: true });
  });
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(143));
  try {
    const settings = parseSettings(process.argv.slice(2));
    if (settings === undefined) {
      process.stdout.write(USAGE);
      return 0;
    }
    await run(directory, settings);
    return 0;
  } catch (error) {
    say(error instanceof Error ? `bench: ${error.message}` : String(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

process.exit(await main());
