/**
 * Owns the look at the sockets of a process, by /proc.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTENING = '0A';

function socketsOf(pid: number): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`;
  const inodes = new Set<string>();
  for (const fd of readdirSync(folder)) {
    try {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`)) ?? [];
      if (inode !== undefined) inodes.add(inode);
    } catch {} // closed since
  }
  return inodes;
}

/** listeningPorts lists the TCP ports that a process listens on; it must be the caller's to look into. */
export function listeningPorts(pid: number): readonly number[] {
  const own = socketsOf(pid);
  const ports = new Set<number>();
  for (const table of ['tcp', 'tcp6']) {
    const [, ...rows] = readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n');
    for (const row of rows) {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
      if (state === LISTENING && own.has(inode)) ports.add(Number.parseInt(local.slice(-4), 16));
    }
  }
  return [...ports];
}
