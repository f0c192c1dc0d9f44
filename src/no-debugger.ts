/**
 * Owns that no signal opens Node's debugger, to every local user: SIGUSR1 does while nobody listens to it. Loaded before everything
 * else, for its effect; what a signal opened while Node itself started is closed again.
 */
process.on('SIGUSR1', () => undefined);

const ASKED_FOR = /(?:^|[\s"'])--inspect(?:-brk|-wait)?(?:[=\s"']|$)/;
// Who asked for a debugger when the process was started has it.
const isAskedFor = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((text) =>
  ASKED_FOR.test(text),
);

// It is opened by another thread's request, which the main thread may find only when it has loaded, waited or computed.
const LOOKS_MS = [0, 5, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

interface DebuggedProcess extends NodeJS.Process {
  /** It is what node:inspector exports as close, without the 0.4 MB that loading that module keeps; nothing where nothing is open. */
  readonly _debugEnd?: () => void;
}

function shut(): void {
  const { _debugEnd: close } = process as DebuggedProcess;
  if (close === undefined) void import('node:inspector').then((inspector) => inspector.close());
  else close();
}

if (!isAskedFor) {
  shut();
  for (const delay of LOOKS_MS) setTimeout(shut, delay).unref();
}
