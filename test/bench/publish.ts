/**
 * Owns what a run leaves behind: the table and the checklist on standard output, the JSON and the plot in results/.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.js';
import { checklist, judge } from './checklist.js';
import { CIPHERS } from './clients.js';
import { type LogLoss, lossNote } from './log-loss.js';
import { describeMachine, type Machine } from './machine.js';
import { drawPlot } from './plot.js';
import { figures, type Series, table } from './report.js';
import { BENCH } from './repository.js';
import type { Selection } from './selection.js';

const FOLDER = join(BENCH, 'results');

export interface Taken {
  readonly selection: Selection;
  readonly series: readonly Series[];
  readonly losses: readonly LogLoss[];
}

function roundsText(rounds: number): string {
  return rounds === 1 ? 'one round' : `medians of ${rounds} rounds`;
}

function notes(bench: Bench, machine: Machine, taken: Taken): readonly string[] {
  const { settings } = bench;
  const { peers, leftOut } = taken.selection;
  return [
    `${machine.cpu} (${machine.arch}), Linux ${machine.kernel}; server on CPU ${machine.cpus.server}, ` +
      `client and upstream on CPU ${machine.cpus.client}; ${roundsText(settings.rounds)}, ratios round by round`,
    `TLS ${settings.tls}, ${CIPHERS[settings.tls].ecdsa}, ${settings.group}, ECDSA P-256 on both sides unless ` +
      `said otherwise, no resumption; ${settings.idleConnections} idle connections`,
    'CPU: user and system time of all threads of the server. KiB of a connection: pages of its own, without kernel memory.',
    ...peers.map((peer) => `${peer.name}: ${peer.version()}`),
    ...leftOut,
    ...taken.losses.map(lossNote),
    ...machine.cautions.map((caution) => `Caution: ${caution}.`),
  ];
}

function writeResults(bench: Bench, machine: Machine, taken: Taken): void {
  const { settings } = bench;
  const { selection, series, losses } = taken;
  const takenAt = new Date().toISOString();
  const result = {
    takenAt,
    machine,
    versions: Object.fromEntries(selection.peers.map((peer) => [peer.name, peer.version()])),
    settings: { ...settings, cipher: CIPHERS[settings.tls] },
    figures: figures(series),
    checklist: judge(series),
    accessLogs: losses,
    series,
  };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'latest.json'), `${JSON.stringify(result, null, 2)}\n`);
  const caption =
    `${machine.cpu}, one core; TLS ${settings.tls}, mutual; ` +
    `${roundsText(settings.rounds)}, ${takenAt.slice(0, 10)}`;
  // The plot that is shown beside the text is only ever of everything.
  const plot = selection.isComplete ? 'bench.svg' : 'latest.svg';
  writeFileSync(join(FOLDER, plot), drawPlot(series, caption));
}

/** publish writes and prints everything. */
export function publish(bench: Bench, taken: Taken): void {
  const machine = describeMachine(bench.cpus);
  writeResults(bench, machine, taken);
  const lines = notes(bench, machine, taken).map((note) => `- ${note}\n`);
  process.stdout.write(`\n${table(taken.series)}\n\n${lines.join('')}`);
  process.stdout.write(`\n${checklist(judge(taken.series))}\n`);
}
