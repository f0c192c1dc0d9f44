/**
 * Owns the rules for fixed responses: no field that the gateway writes itself, nothing that could split a response.
 * As strict as the data plane's own decoder.
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';

const OWN_FIELDS: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'date',
]);

const LONGEST_VALUE = 8192;
const LONGEST_BODY = 2 ** 20;
// RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5.
const WITHOUT_BODY: ReadonlySet<unknown> = new Set([204, 205, 304]);

/** checkFieldName judges the name of a header field. */
export function checkFieldName(name: string): Parsed<string> {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/.test(name)) {
    return bad(quote(name), 'a header field name such as "Cache-Control"');
  }
  if (!OWN_FIELDS.has(name.toLowerCase())) return good(name);
  return bad(quote(name), 'a field that the gateway does not write itself', 'remove it');
}

/** checkFieldValue judges the value of a header field. */
export function checkFieldValue(value: string): Parsed<string> {
  if (Buffer.byteLength(value) > LONGEST_VALUE) {
    return bad(quote(value), `at most ${LONGEST_VALUE} bytes`);
  }
  if (value.trim() !== value) {
    return bad(quote(value), 'no white space around it', `write ${literal(value.trim())}`);
  }
  if (/^[\x20-\x7e]*$/.test(value)) return good(value);
  return bad(quote(value), 'printable ASCII characters');
}

/** checkResponse judges a response as a whole; members of the wrong type are reported by the schema. */
export function checkResponse(value: unknown): Parsed<unknown> {
  if (typeof value !== 'object' || value === null) return good(undefined);
  const { status, headers, json, text } = value as Readonly<Record<string, unknown>>;
  const body = bodyText(json, text);
  if (body !== '' && WITHOUT_BODY.has(status)) {
    return bad(`a body with status ${status}`, 'none with this status', 'remove "json" or "text"');
  }
  if (Buffer.byteLength(body) > LONGEST_BODY) {
    return bad(`a body of ${Buffer.byteLength(body)} bytes`, `at most ${LONGEST_BODY} bytes`);
  }
  const names = typeof headers === 'object' && headers !== null ? Object.keys(headers) : [];
  const doubled = names.find((name, index) => indexIgnoringCase(names, name) < index);
  if (doubled === undefined) return good(undefined);
  return bad(
    `the header field ${quote(doubled)} twice`,
    'each name once; letter case does not matter',
  );
}

function indexIgnoringCase(names: readonly string[], name: string): number {
  return names.findIndex((other) => other.toLowerCase() === name.toLowerCase());
}

/** bodyText is the body of a fixed response: the JSON, the text, or nothing. */
export function bodyText(json: unknown, text: unknown): string {
  if (json !== undefined) return JSON.stringify(json);
  return typeof text === 'string' ? text : '';
}
