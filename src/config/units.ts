/**
 * Owns the writing of quantities as a configuration has them: what quantities.ts, rate.ts and networks.ts read. Pure.
 */
import type { Network } from './networks.js';

type Units = readonly (readonly [unit: string, worth: number])[];

const DURATIONS: Units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
];
const SIZES: Units = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
];
const RATES: Units = DURATIONS;

const exactly = (units: Units, value: number) =>
  units.find(([, worth]) => value >= worth && value % worth === 0);

/** durationText writes milliseconds, such as "1500ms" or "2m". */
export function durationText(ms: number): string {
  if (ms === 0) return '0s';
  const [unit, worth] = exactly(DURATIONS, ms) ?? ['ms', 1];
  return `${ms / worth}${unit}`;
}

/** sizeText writes bytes, such as "16KiB"; a number where no unit fits. */
export function sizeText(bytes: number): string | number {
  const [unit, worth] = exactly(SIZES, bytes) ?? [];
  return unit === undefined || worth === undefined ? bytes : `${bytes / worth}${unit}`;
}

/** rateText writes a rate, such as "30/m". */
export function rateText(count: number, periodMs: number): string {
  const [unit] = RATES.find(([, worth]) => worth === periodMs) ?? [durationText(periodMs)];
  return `${count}/${unit}`;
}

/** networkText writes a network in CIDR. */
export function networkText({ address, bits }: Network): string {
  const bytes = Buffer.from(address, 'hex');
  if (bytes.length === 4) return `${[...bytes].join('.')}/${bits}`;
  const groups = address.match(/.{4}/g) ?? [];
  return `${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}/${bits}`;
}
