/**
 * Owns the process that serves: its log on standard output, what signals lead to, and staying alive until it is told to stop.
 */
import { fstatSync } from 'node:fs';
import type { AdminDoor } from '../admin/admin-door.js';
import { adminSocketPath } from '../admin/admin-socket.js';
import { EngineError } from '../engine/engine-error.js';
import { isReaderGone, protectMemory } from '../engine/native.js';
import { RunningGateway } from '../reload/running-gateway.js';
import { ServiceManager } from '../reload/service-manager.js';
import { deedOf, type SignalQueue, takeSignals } from '../signals.js';
import { FileSource } from '../sources/file-source.js';
import { LastGood } from '../state/last-good.js';
import { LogWriter } from '../telemetry/log-writer.js';
import { endsTorn, isFile, OutputFile } from '../telemetry/output-file.js';
import { OutputPipe } from '../telemetry/output-pipe.js';
import { streamProblem } from '../write-problem.js';
import { Survival } from './survival.js';

export type LogFormat = 'json' | 'text';

export interface ServeOptions {
  readonly configPath: string;
  /** Left out: text on a terminal, else JSON lines. */
  readonly logFormat?: LogFormat;
  /** Where the last good configuration is kept; left out: nowhere. */
  readonly stateFolder?: string;
  /** A broken configuration is never replaced by the last good one. */
  readonly strict?: boolean;
  /** Other processes of this user may read this one's memory, and it may be dumped. */
  readonly debuggable?: boolean;
  /** onServing is called when the listeners are open. */
  readonly onServing?: (gateway: RunningGateway) => void;
}

const DOES_NOTHING = 'this signal does nothing; SIGHUP reloads, SIGTERM drains and stops';
const FLUSH_MS = 2000;
const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

// Whether both lead to one place, which then has no room for complaints either.
function areSame(one: number, other: number): boolean {
  try {
    const [a, b] = [fstatSync(one), fstatSync(other)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    return false; // one of them is closed
  }
}

const GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET']);

function tellOutage(error: NodeJS.ErrnoException): void {
  if (areSame(process.stdout.fd, process.stderr.fd)) return;
  const what = GONE.has(error.code) ? 'is gone' : 'cannot be written';
  console.error(
    `pinlatch: standard output ${what}; nothing is logged until it can be written again: ${streamProblem(error)}`,
  );
}

function openLog(format: LogFormat | undefined): LogWriter {
  const { stdout } = process;
  const { fd } = stdout;
  const stream = isFile(fd)
    ? new OutputFile(fd, { isTorn: endsTorn(fd) })
    : new OutputPipe(stdout, { isReaderGone: () => isReaderGone(fd) });
  return new LogWriter(stream, {
    format: format ?? (stdout.isTTY ? 'text' : 'json'),
    colour: stdout.isTTY === true && !process.env.NO_COLOR,
    onFailing: tellOutage,
  });
}

function openServiceManager(log: LogWriter): ServiceManager {
  return new ServiceManager({
    environment: process.env,
    onFailed: (error) => {
      const reason = error instanceof EngineError ? error.message : String(error);
      log.control({ event: 'service-manager-unreachable', level: 'warning', reason });
    },
  });
}

// Before a key is opened.
function closeMemory(log: LogWriter, debuggable: boolean): void {
  if (!debuggable && protectMemory()) return;
  const reason = debuggable
    ? '--debuggable: other processes of this user and core dumps can expose the private keys'
    : 'the system refuses prctl(PR_SET_DUMPABLE): other processes of this user and core dumps can expose the private keys';
  log.control({ event: 'memory-readable', level: 'warning', reason });
}

// Without it the gateway cannot be asked, and serves all the same.
async function openAdmin(gateway: RunningGateway, log: LogWriter): Promise<AdminDoor | undefined> {
  const path = adminSocketPath(gateway.served.operation.adminSocket, process.env);
  if (path === undefined) return undefined;
  // Serving does not wait for the loading of what only this needs.
  const { AdminDoor } = await import('../admin/admin-door.js');
  return AdminDoor.open(path, gateway, {
    listening: (socket) => log.control({ event: 'admin-listening', socket }),
    failed: (reason) => log.control({ event: 'admin-socket-failed', level: 'error', reason }),
  });
}

async function untilStopped(
  gateway: RunningGateway,
  signals: SignalQueue,
  log: LogWriter,
): Promise<void> {
  // Node stays alive neither for signal handlers nor for the threads of the data plane.
  const alive = setInterval(() => undefined, LONGEST_INTERVAL_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      void gateway.stopped.then(resolve);
      signals.deliverTo((signal) => {
        const deed = deedOf(signal);
        if (deed === 'reload') void gateway.reload('signal');
        else if (deed === 'stop') void gateway.stop().catch(reject);
        else if (deed === 'end') void gateway.drained().catch(reject);
        else log.control({ event: 'signal-ignored', signal, reason: DOES_NOTHING });
      });
    });
  } finally {
    clearInterval(alive);
  }
}

/** serve runs a gateway until a signal ends it, or a command. Errors: those of RunningGateway.start. */
export async function serve(options: ServeOptions): Promise<void> {
  const { configPath, logFormat, stateFolder, strict = false, onServing } = options;
  const { debuggable = false } = options;
  const log = openLog(logFormat);
  const service = openServiceManager(log);
  const signals = takeSignals();
  const survival = new Survival(log);
  const source = new FileSource(configPath);
  let admin: AdminDoor | undefined;
  try {
    closeMemory(log, debuggable);
    const lastGood = stateFolder === undefined ? {} : { lastGood: new LastGood(stateFolder) };
    const gateway = await RunningGateway.start({ source, log, service, strict, ...lastGood });
    survival.begin();
    onServing?.(gateway);
    admin = await openAdmin(gateway, log);
    await untilStopped(gateway, signals, log);
  } finally {
    await admin?.close();
    source.close();
    service.close();
    // A reader that takes nothing would keep the process alive for ever; one that takes all is not waited for.
    if (!(await log.flush(FLUSH_MS))) setTimeout(() => process.exit(), 0).unref();
    signals.close();
    survival.end();
  }
}
