/**
 * Owns what a measure is: one figure of one server, or of one peer, taken once a round.
 */
import type { Bench, Server, Variant } from '../bench.js';
import type { Peer } from '../peers/peer.js';
import type { Settings } from '../settings.js';

export interface Sample {
  readonly value: number;
  /** What else was seen while the figure was taken; goes into the JSON as it is. */
  readonly details: Readonly<Record<string, number | string>>;
}

interface AnyMeasure {
  /** Of this figure alone, "static-64". */
  readonly name: string;
  /** Of all figures of its kind, "static": measures are chosen by it. */
  readonly family: Family;
  readonly title: string;
  readonly unit: string;
  /** How the server is set up; left out: as usual. */
  readonly variant?: Variant;
  /** Of a figure that is dear to take and hardly differs from round to round: no more samples than this. */
  readonly mostRounds?: number;
}

/** A figure of a server that runs for the whole run, or (`new`) of one that has served nobody yet. */
export interface ServerMeasure extends AnyMeasure {
  readonly server: 'shared' | 'new';
  take(bench: Bench, server: Server): Promise<Sample>;
}

/** A figure of starting a server. */
export interface StartMeasure extends AnyMeasure {
  readonly server: 'none';
  take(bench: Bench, peer: Peer): Promise<Sample>;
}

export type Measure = ServerMeasure | StartMeasure;

export const FAMILIES = [
  'static',
  'proxied',
  'handshake',
  'resumed',
  'bodies',
  'http2',
  'idle',
  'start',
  'rest',
  'growth',
  'flood',
  'strangers',
] as const;
export type Family = (typeof FAMILIES)[number];

/** FamilyOf makes the measures of one family; how many there are depends on the settings. */
export type FamilyOf = (settings: Settings) => readonly Measure[];

/** takesPart says whether `peer` has this figure. */
export function takesPart(peer: Peer, measure: Measure): boolean {
  const isChosen = peer.families === undefined || peer.families.includes(measure.family);
  if (measure.family === 'http2' && peer.http2 !== true) return false;
  if (measure.family === 'flood' && peer.ownLimits !== true) return false;
  if (measure.family === 'strangers' && peer.answersStrangers === true) return false;
  return isChosen && (measure.family !== 'growth' || peer.grows === true);
}
