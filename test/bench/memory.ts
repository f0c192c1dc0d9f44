/**
 * Owns the reading of a server's memory from /proc/PID/smaps_rollup. Kernel memory (socket buffers, file
 * descriptors) belongs to no process and is not in these figures.
 */
import { readFileSync } from 'node:fs';
import { processTree } from './processes.js';

export interface MemoryReading {
  /** Resident set, KiB, summed over the processes: pages that they share count more than once. */
  readonly residentKib: number;
  /** Proportional set, KiB: each page divided by the processes, of whatever program, that share it. */
  readonly pssKib: number;
  /**
   * What the server has written to (heap, stacks, shared memory), KiB, shared pages divided by their users. Pages of
   * program files are left out: their share changes whenever some other process maps the same library.
   */
  readonly ownKib: number;
}

function field(text: string, name: string): number {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  if (value === undefined) {
    throw new Error(`smaps_rollup has no ${name}: Linux 5.4 or later is needed`);
  }
  return Number(value);
}

/** readMemory reads `pid` and its descendants. */
export function readMemory(pid: number): MemoryReading {
  const texts = processTree(pid).map((member) =>
    readFileSync(`/proc/${member}/smaps_rollup`, 'utf8'),
  );
  const sum = (name: string): number => texts.reduce((total, text) => total + field(text, name), 0);
  return Object.freeze({
    residentKib: sum('Rss'),
    pssKib: sum('Pss'),
    ownKib: sum('Pss_Anon') + sum('Pss_Shmem'),
  });
}
