/**
 * Owns what the service manager is told (sd_notify(3)): ready, reloading, stopping, status, and that the process is alive.
 * Without $NOTIFY_SOCKET every message is dropped. That a message cannot be sent is reported once and stops nothing.
 */
import { notifyServiceManager } from '../engine/native.js';

export interface ServiceManagerOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** onFailed is told, once, why a message could not be sent. */
  readonly onFailed: (error: unknown) => void;
  readonly send?: (socket: string, text: string) => void;
}

/** watchdogPeriodMs is half of what the service manager waits for a sign of life; undefined when it does not wait. */
export function watchdogPeriodMs(environment: NodeJS.ProcessEnv): number | undefined {
  const { WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = environment;
  if (microseconds === undefined || !/^[1-9]\d*$/.test(microseconds)) return undefined;
  if (pid !== undefined && pid !== String(process.pid)) return undefined;
  return Math.max(1, Math.floor(Number(microseconds) / 2000));
}

export class ServiceManager {
  readonly #options: ServiceManagerOptions;
  readonly #watchdog: NodeJS.Timeout | undefined;
  #failed = false;

  constructor(options: ServiceManagerOptions) {
    this.#options = options;
    const period = watchdogPeriodMs(options.environment);
    if (period === undefined) return;
    this.#watchdog = setInterval(() => this.#send('WATCHDOG=1'), period);
    this.#watchdog.unref();
  }

  ready(status: string): void {
    this.#send('READY=1', statusLine(status));
  }

  // One message: systemd tells by the time whether a READY=1 that follows is the answer to its own signal.
  reloading(): void {
    this.#send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  stopping(status: string): void {
    this.#send('STOPPING=1', statusLine(status));
  }

  /** close ends the signs of life. */
  close(): void {
    clearInterval(this.#watchdog);
  }

  #send(...lines: readonly string[]): void {
    const socket = this.#options.environment.NOTIFY_SOCKET;
    if (socket === undefined || socket === '') return;
    const send = this.#options.send ?? notifyServiceManager;
    try {
      send(socket, lines.join('\n'));
    } catch (error) {
      if (!this.#failed) this.#options.onFailed(error);
      this.#failed = true;
    }
  }
}

// A line feed would begin another assignment.
const statusLine = (status: string): string => `STATUS=${status.replaceAll(/\s+/g, ' ')}`;
