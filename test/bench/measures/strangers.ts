/**
 * Owns the figures for strangers: what it costs to refuse a certificate chain that names a trusted CA and was not signed by
 * it, and what requests of an admitted client notice while such chains take half a core.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Server, USUAL, type Variant } from '../bench.js';
import { cpuBetween, readCpu } from '../cpu.js';
import { STATIC_PATH } from '../peers/peer.js';
import { CURVES, type Curve, type KeyPairFiles } from '../pki.js';
import { type Running, start, succeeded } from '../processes.js';
import type { Settings } from '../settings.js';
import type { Measure, Sample } from './measure.js';

const END_MS = 240_000;
const LAST_CLOSE_MS = 50;
const MOST_REFUSALS = 200;
const COUNTED_REFUSALS = 100;
const HALF_A_CORE_US = 500_000;
const LONGEST_LOAD_S = 200;
const REQUESTS_A_SECOND = 500;
const WINDOWS = 4;
const TITLES: Readonly<Record<Curve, string>> = { p256: 'P-256', p384: 'P-384', p521: 'P-521' };
const VARIANT: Variant = Object.freeze({ ...USUAL, moreAuthorities: true });

interface Load {
  readonly certificate: KeyPairFiles;
  readonly count: number;
  /** Handshakes a second; left out: as many as the server takes. */
  readonly rate?: number;
}

// Of the idle class, because the client that is measured shares its CPU: by niceness alone a stranger's thread would finish
// its slice before that client may read its answer.
function startStrangers(bench: Bench, server: Server, { certificate, count, rate }: Load): Running {
  const { clients, cpus } = bench;
  const env = {
    ...clients.env.ecdsa,
    BENCH_CERTIFICATE: certificate.certificate,
    BENCH_KEY: certificate.key,
  };
  const args = [server.port, count, ...(rate === undefined ? [] : [rate])].map(String);
  const program = 'chrt';
  return start(
    { program, args: ['--idle', '0', clients.stranger, ...args], env },
    { cpu: cpus.client, output: true },
  );
}

interface Refused {
  readonly refused: number;
  readonly seconds: number;
}

async function endOf(strangers: Running): Promise<Refused> {
  await succeeded(strangers, 'strangers', END_MS);
  return JSON.parse(strangers.stdout());
}

/** refusalCost returns the CPU microseconds of the server for one refusal. */
async function refusalCost(bench: Bench, server: Server, load: Load): Promise<number> {
  const before = readCpu(server.running.pid);
  const { refused } = await endOf(startStrangers(bench, server, load));
  await sleep(LAST_CLOSE_MS);
  return cpuBetween(before, readCpu(server.running.pid)) / refused;
}

async function takeRefusal(bench: Bench, server: Server, curve: Curve): Promise<Sample> {
  const count = Math.min(bench.settings.handshakes, MOST_REFUSALS);
  const { leaf, chain } = bench.pki.strangers[curve];
  const leafUs = await refusalCost(bench, server, { certificate: leaf, count });
  const value = await refusalCost(bench, server, { certificate: chain, count });
  return { value, details: { leafUs, toLeaf: value / leafUs } };
}

interface Paced {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly mostUs: number;
}

async function takePaced({ clients, cpus, settings }: Bench, server: Server): Promise<Paced> {
  const count = Math.round((REQUESTS_A_SECOND * WINDOWS * settings.windowMs) / 1000);
  const args = [server.port, count, REQUESTS_A_SECOND, STATIC_PATH].map(String);
  const client = start(
    { program: clients.paced, args, env: clients.env.ecdsa },
    { cpu: cpus.client, output: true },
  );
  await succeeded(client, 'paced requests', END_MS);
  return JSON.parse(client.stdout());
}

async function takeBeside(bench: Bench, server: Server, curve: Curve): Promise<Sample> {
  const { leaf, chain } = bench.pki.strangers[curve];
  const cost = (certificate: KeyPairFiles): Promise<number> =>
    refusalCost(bench, server, { certificate, count: COUNTED_REFUSALS });
  // Neither costs anything else; the one names nobody that the server knows.
  const checkUs = Math.max(0, (await cost(leaf)) - (await cost(bench.pki.stranger)));
  const chainUs = await cost(chain);
  const alone = await takePaced(bench, server);
  const rate = Math.max(1, Math.round(HALF_A_CORE_US / chainUs));
  const load = { certificate: chain, count: rate * LONGEST_LOAD_S, rate };
  const strangers = startStrangers(bench, server, load);
  const beside = await takePaced(bench, server);
  strangers.child.kill('SIGINT');
  const { refused, seconds } = await endOf(strangers);
  const perSecond = refused / seconds;
  return {
    value: beside.p99Us,
    details: {
      ...beside,
      aloneP99Us: alone.p99Us,
      checkUs,
      strangersPerSecond: perSecond,
      strangersCore: (perSecond * chainUs) / 1e6,
      toAllowed: beside.p99Us / (2 * alone.p99Us + checkUs),
    },
  };
}

/** strangers has two measures for each curve that the CA may be on. */
export function strangers(_settings: Settings): readonly Measure[] {
  const kinds = CURVES.flatMap((curve) => [
    {
      name: `refusal-${curve}`,
      title: `Refusal of 39 false certificates, CA on ${TITLES[curve]}`,
      unit: 'CPU µs',
      take: (bench: Bench, server: Server) => takeRefusal(bench, server, curve),
    },
    {
      name: `beside-strangers-${curve}`,
      title: `p99 of a request while such chains take half a core, ${TITLES[curve]}`,
      unit: 'µs',
      take: (bench: Bench, server: Server) => takeBeside(bench, server, curve),
    },
  ]);
  return kinds.map((kind) =>
    Object.freeze({ ...kind, family: 'strangers', server: 'shared', variant: VARIANT }),
  );
}
