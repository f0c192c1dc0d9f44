/**
 * Owns the reading of one fixed response that passed the schema, and its shape there.
 */
import type { Action } from './config.js';
import { bodyText } from './response-rules.js';

export interface RawRespond {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

/** readResponse reads a fixed response. */
export function readResponse({ status = 200, headers = {}, json, text }: RawRespond): Action {
  const own = Object.entries(headers);
  const typed = own.some(([name]) => name.toLowerCase() === 'content-type');
  const type = json === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  const bodied = json !== undefined || text !== undefined;
  const fields = bodied && !typed ? [['Content-Type', type] as const, ...own] : own;
  return Object.freeze({
    kind: 'respond',
    status,
    fields: Object.freeze(fields.map((field) => Object.freeze(field))),
    body: bodyText(json, text),
  });
}
