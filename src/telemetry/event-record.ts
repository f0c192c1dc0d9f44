/**
 * Owns EventRecord: one line of the log as an object. Lines of the data plane arrive as bytes and normally leave as they
 * came; only the human-readable format looks inside.
 */
import { jsonText } from '../parsed.js';

export type Level = 'info' | 'warning' | 'error';

/** ControlEvent is what the control plane itself has to say. */
export interface ControlEvent {
  readonly event: string;
  readonly level?: Level;
  readonly [field: string]: string | number | boolean | undefined;
}

/** EventRecord is any line: "time" (Unix milliseconds) and "type" are always there. */
export interface EventRecord {
  readonly time: number;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** controlLine makes the line of a control event, with its line feed. Fields that are undefined are left out. */
export function controlLine(
  now: number,
  { event, level = 'info', ...fields }: ControlEvent,
): string {
  return `${jsonText({ time: now, type: 'control', level, event, ...fields })}\n`;
}

/** parseRecord reads a line, without its line feed; undefined when it is not an event. */
export function parseRecord(line: string): EventRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { time, type } = value as Partial<EventRecord>;
  return typeof time === 'number' && typeof type === 'string' ? (value as EventRecord) : undefined;
}
