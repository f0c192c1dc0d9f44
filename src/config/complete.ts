/**
 * Owns the way from a configuration that passed the schema to one that is complete: what was left out has the schema's
 * default, and durations, sizes and rates are numbers. Pure. Rules ask whether a key was written, so they go first.
 */
import { type RawGateway, SHAPE } from './generated-shape.js';
import { parseDuration, parseSize } from './quantities.js';
import { parseRate } from './rate.js';

/** Shape is what the schema says of a value, as far as there is something to complete in it. */
export interface Shape {
  /** What it is when it is left out. */
  readonly usual?: unknown;
  /** What its text is read as: milliseconds, bytes, or a Rate. */
  readonly kind?: 'duration' | 'size' | 'rate';
  /** The key of an object for which a text in its place is short. */
  readonly text?: string;
  /** Of an object, in the order of the schema. */
  readonly members?: Readonly<Record<string, Shape>>;
  /** Of every other member of an object, or of every entry of a list. */
  readonly each?: Shape;
}

/** Completed is a configuration of which every entry that is sound has the types of RawGateway. */
export type Completed = Partial<RawGateway>;

/** complete returns a completed copy. What the schema refuses stays as it is. */
export function complete(value: unknown, shape: Shape = SHAPE): Completed {
  return completed(value, shape) as Completed;
}

function completed(value: unknown, shape: Shape): unknown {
  const { kind, text, members = {}, each } = shape;
  if (kind !== undefined) return numberOf(value, kind);
  if (typeof value === 'string' && text !== undefined) return completed({ [text]: value }, shape);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return each === undefined ? value : value.map((entry) => completed(entry, each));
  }
  const known = Object.entries(members)
    .filter(([key, { usual }]) => usual !== undefined || Object.hasOwn(value, key))
    .map(([key, shape]) => [key, completed(memberOrUsual(value, key, shape), shape)]);
  const others = Object.entries(value)
    .filter(([key]) => !Object.hasOwn(members, key))
    .map(([key, member]) => [key, each === undefined ? member : completed(member, each)]);
  return Object.fromEntries([...known, ...others]);
}

const memberOrUsual = (value: object, key: string, { usual }: Shape): unknown =>
  Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : usual;

const READERS = { duration: parseDuration, size: parseSize, rate: parseRate } as const;

function numberOf(value: unknown, kind: keyof typeof READERS): unknown {
  if (typeof value !== 'string') return value;
  const parsed = READERS[kind](value);
  return parsed.ok ? parsed.value : value;
}
