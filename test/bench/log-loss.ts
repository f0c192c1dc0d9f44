/**
 * Owns the question whether a peer that logs every request has really logged those it is measured with: a line that is
 * dropped costs less than one that is written. Asked once, beside the figures, with the log in a file.
 */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, startPeer } from './bench.js';
import { takeRequests } from './measures/requests.js';
import { type Peer, STATIC_PATH } from './peers/peer.js';
import { stop } from './processes.js';

const CONNECTIONS = 64;

export interface LogLoss {
  readonly peer: string;
  readonly written: number;
  readonly dropped: number;
}

/** measureLogLoss puts a peer under static load for one window; undefined: it does not log. */
export async function measureLogLoss(bench: Bench, peer: Peer): Promise<LogLoss | undefined> {
  if (peer.countLog === undefined) {
    return undefined;
  }
  const path = join(bench.directory, `${peer.name}.log`);
  const file = openSync(path, 'w');
  try {
    const server = await startPeer(bench, peer, { outputFile: file });
    const connections = Math.min(CONNECTIONS, bench.settings.mostConnections);
    const sample = await takeRequests(bench, server, { path: STATIC_PATH, connections });
    await stop(server.running);
    const count = peer.countLog(readFileSync(path));
    // The window is a part of the load, so there must be more lines than it had requests.
    if (count.written + count.dropped < Number(sample.details.requests)) {
      throw new Error(`${peer.name} neither logged nor dropped all requests`);
    }
    return { peer: peer.name, ...count };
  } finally {
    closeSync(file);
  }
}

/** lossNote says it in words. */
export function lossNote(loss: LogLoss): string {
  const share = (100 * loss.written) / (loss.written + loss.dropped);
  return `${loss.peer} logs every request (to /dev/null here); under static load it wrote ${share.toFixed(1)}% of the lines and dropped the rest`;
}
