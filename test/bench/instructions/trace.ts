/**
 * Owns the reading of valgrind's trace of system calls: how many the worker made in each profile. The worker is the
 * thread that waits in epoll_pwait; the program says where a profile begins and ends.
 */

const PROFILE = /profile begins: (.*)\n([\s\S]*?)profile ends/g;
/** The beginning of a call; its end, when another thread ran meanwhile, is a line of its own with "...". */
const CALL = /SYSCALL\[\d+,(\d+)\]\(\s*\d+\) (?!\.\.\.)(\w+)/g;

/** countSystemCalls returns the calls of each profile, by its name. */
export function countSystemCalls(trace: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [, name = '', part = ''] of trace.matchAll(PROFILE)) {
    const calls = [...part.matchAll(CALL)];
    const worker = calls.find(([, , call]) => call === 'sys_epoll_pwait')?.[1];
    if (worker === undefined) throw new Error(`trace of "${name}": nobody waits in epoll_pwait`);
    counts.set(name, calls.filter(([, thread]) => thread === worker).length);
  }
  return counts;
}
