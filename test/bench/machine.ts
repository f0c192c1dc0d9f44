/**
 * Owns the description of the machine that goes with the figures: nothing that tells whose machine it is.
 */
import { readFileSync } from 'node:fs';
import { arch, cpus, release } from 'node:os';
import { type Cpus, parseCpuList } from './cpu.js';

export interface Machine {
  readonly cpu: string;
  readonly arch: string;
  readonly kernel: string;
  readonly cpus: Cpus;
  /** Worth knowing when the figures are read; empty: nothing. */
  readonly cautions: readonly string[];
}

function siblings(cpu: number): readonly number[] {
  try {
    const path = `/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`;
    return parseCpuList(readFileSync(path, 'utf8'));
  } catch {
    return [cpu]; // not every kernel tells
  }
}

function cautions(chosen: Cpus): readonly string[] {
  if (chosen.server === chosen.client) {
    return ['only one CPU is allowed: server and client share it'];
  }
  return siblings(chosen.server).includes(chosen.client)
    ? ['server and client run on two threads of one core and slow each other down']
    : [];
}

/** describeMachine says what the figures were taken on. */
export function describeMachine(chosen: Cpus): Machine {
  return Object.freeze({
    cpu: cpus()[0]?.model ?? 'unknown',
    arch: arch(),
    kernel: release(),
    cpus: chosen,
    cautions: cautions(chosen),
  });
}
