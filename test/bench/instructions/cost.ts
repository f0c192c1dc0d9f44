/**
 * Owns the words for what a unit of work costs the worker. Knows nothing of where the figures come from.
 */

/** Cost is of one unit: instructions by whose they are, allocations and system calls. */
export interface Cost {
  /** Of the gateway with mbedTLS, nghttp2 and libc: everything but libcrypto. */
  readonly ours: number;
  readonly libcrypto: number;
  readonly allocations: number;
  readonly systemCalls: number;
}

/** Costs are by row: the provider and what the unit is, "host: static request, HTTP/1.1". */
export type Costs = ReadonlyMap<string, Cost>;

export const COLUMNS = ['ours', 'libcrypto', 'allocations', 'systemCalls'] as const;
export type Column = (typeof COLUMNS)[number];

/** TITLES are what the columns are called in tables and in findings. */
export const TITLES: Readonly<Record<Column, string>> = {
  ours: 'instructions of ours',
  libcrypto: "libcrypto's instructions",
  allocations: 'allocations',
  systemCalls: 'system calls',
};

/** precise rounds to what is kept: whole instructions, tenths of the rest. */
export function precise(column: Column, value: number): number {
  const isWhole = column === 'ours' || column === 'libcrypto';
  return isWhole ? Math.round(value) : Math.round(value * 10) / 10;
}
