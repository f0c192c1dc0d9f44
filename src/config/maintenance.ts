/**
 * Owns the answer that a route or an upstream gives while its service is out of service on purpose. It becomes a fixed
 * response of the route: who may ask is decided as ever, and the service is not touched.
 */
import { bad, type Parsed } from '../parsed.js';
import type { FixedResponse } from './action.js';
import type { RawMaintenance } from './generated-shape.js';
import { memberOf, namesOf } from './members.js';
import { readResponse } from './read-response.js';
import { checkResponse } from './response-rules.js';

const DEFAULT_TEXT = 'The service is down for maintenance.\n';

/** checkMaintenance judges the answer as a whole. */
export function checkMaintenance(value: unknown): Parsed<unknown> {
  const own = namesOf(memberOf(value, 'headers')).map((name) => name.toLowerCase());
  if (memberOf(value, 'retryAfter') === undefined || !own.includes('retry-after')) {
    return checkResponse(value);
  }
  return bad('"retryAfter" beside the header field "Retry-After"', 'one of them', 'remove one');
}

/** readMaintenance reads what passed the schema; null where nothing is said. */
export function readMaintenance(raw: RawMaintenance | undefined): FixedResponse | null {
  if (raw === undefined) return null;
  const { retryAfter = 0, status, headers = {}, ...body } = raw;
  const own = Object.keys(headers).map((name) => name.toLowerCase());
  const seconds = retryAfter / 1000;
  const added = {
    ...(own.includes('cache-control') ? {} : { 'Cache-Control': 'no-store' }),
    ...(seconds === 0 ? {} : { 'Retry-After': String(Math.ceil(seconds)) }),
  };
  const bodied = 'json' in body || 'text' in body ? body : { text: DEFAULT_TEXT };
  return readResponse({ ...bodied, status, headers: { ...added, ...headers } });
}
