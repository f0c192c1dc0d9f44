/**
 * Owns what a measure is: one figure of one server, taken once a round.
 */
import type { Bench, Server } from '../bench.js';

export interface Sample {
  readonly value: number;
  /** What else was seen while the figure was taken; goes into the JSON as it is. */
  readonly details: Readonly<Record<string, number | string>>;
}

export interface Measure {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** A figure that needs a server that has served nobody yet. */
  readonly needsNewServer: boolean;
  /** A figure of a server that issues session tickets and takes them. Only with needsNewServer. */
  readonly resumption?: boolean;
  take(bench: Bench, server: Server): Promise<Sample>;
}
