/**
 * Owns the reading of one fixed response that passed the schema.
 */
import type { FixedResponse } from './action.js';
import type { RawRespond } from './generated-shape.js';
import { bodyText } from './response-rules.js';

/** readResponse reads a fixed response. */
export function readResponse({ status, headers = {}, json, text }: RawRespond): FixedResponse {
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
