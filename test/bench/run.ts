/**
 * Owns a run of the bench: `npm run bench`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayError } from '../../src/gateway-error.js';
import { type Bench, prepareBench } from './bench.js';
import { type LogLoss, measureLogLoss } from './log-loss.js';
import type { Peer } from './peers/peer.js';
import { killAll, stop } from './processes.js';
import { publish } from './publish.js';
import { SharedServers, takeRounds } from './rounds.js';
import { missingParts, select } from './selection.js';
import { parseSettings, type Settings, USAGE } from './settings.js';

function say(text: string): void {
  process.stderr.write(`${text}\n`);
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

async function run(directory: string, settings: Settings): Promise<void> {
  const selection = select(settings);
  const { peers, measures, leftOut } = selection;
  const missing = missingParts(peers);
  if (missing.length > 0) {
    throw new GatewayError(
      'usage',
      `the bench cannot run:\n${missing.map((part) => `  ${part}`).join('\n')}`,
    );
  }
  leftOut.forEach(say);
  const bench = await prepareBench(directory, settings);
  const servers = new SharedServers(bench);
  for (const peer of peers) {
    await servers.get(peer);
  }
  const series = await takeRounds(bench, servers, { peers, measures, say });
  const losses = settings.quick ? [] : await measureLosses(bench, peers);
  await servers.close();
  await stop(bench.upstream.running);
  if (settings.quick) {
    process.stdout.write(
      `bench: ${peers.map((peer) => peer.name).join(', ')} answered right under ` +
        `${measures.map((measure) => measure.name).join(', ')}\n`,
    );
  } else {
    publish(bench, { selection, series, losses });
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
    return error instanceof GatewayError && error.code === 'usage' ? 2 : 1;
  }
}

process.exit(await main());
