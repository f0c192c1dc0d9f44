/**
 * Owns the reading of CPU time: user and system time of every thread of a server, in nanoseconds, as
 * the scheduler accounts it (/proc/PID/task/TID/schedstat). Also which CPUs a run uses.
 */
import { readFileSync } from 'node:fs';
import { processTree, threads } from './processes.js';

export interface Cpus {
  readonly server: number;
  readonly client: number;
}

/** CpuReading is the time that each thread has used so far, by "pid/tid". */
export type CpuReading = ReadonlyMap<string, number>;

/** readCpu reads all threads of `pid` and its descendants. */
export function readCpu(pid: number): CpuReading {
  const reading = new Map<string, number>();
  for (const member of processTree(pid)) {
    for (const thread of threads(member)) {
      const text = readFileSync(`/proc/${member}/task/${thread}/schedstat`, 'utf8');
      reading.set(`${member}/${thread}`, Number(text.split(' ')[0]));
    }
  }
  return reading;
}

/**
 * cpuBetween returns the microseconds used from `before` to `after`. The time of a thread that has ended in
 * between is lost, so that is an error rather than a figure that flatters.
 */
export function cpuBetween(before: CpuReading, after: CpuReading): number {
  for (const thread of before.keys()) {
    if (!after.has(thread)) {
      throw new Error(`thread ${thread} of the server ended while it was measured`);
    }
  }
  let nanoseconds = 0;
  for (const [thread, used] of after) {
    nanoseconds += used - (before.get(thread) ?? 0);
  }
  return nanoseconds / 1000;
}

/** parseCpuList reads the kernel's list form: "0-2,5" is [0, 1, 2, 5]. */
export function parseCpuList(text: string): readonly number[] {
  return text
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/** chooseCpus takes the first allowed CPU for the server and the second for client and upstream. */
export function chooseCpus(): Cpus {
  const status = readFileSync('/proc/self/status', 'utf8');
  const allowed = parseCpuList(/^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1] ?? '0');
  const [server = 0, client = server] = allowed;
  return Object.freeze({ server, client });
}
