/**
 * Owns a second reading of HTTP/1.1 requests (RFC 9112), written apart from the gateway's own so that the two cannot share
 * a mistake. It judges complete bytes and repairs nothing: one Host, one framing, CRLF only. Shares no code with native/.
 */

/** StrictRequest is one complete request; field values have no white space around them. */
export interface StrictRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Reading is what some bytes are: requests, then perhaps the beginning of one, or a breach of the grammar. */
export interface Reading {
  readonly requests: readonly StrictRequest[];
  /** How many bytes the complete requests take. */
  readonly end: number;
  /** What is wrong behind them; undefined also when the next request has only begun. */
  readonly violation: string | undefined;
}

class Violation extends Error {}
/** The bytes are sound as far as they go, and more have to come. */
class Incomplete extends Error {}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PCHAR = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
const PATH_AND_QUERY = `(?:/${PCHAR}*)+(?:\\?(?:${PCHAR}|[/?])*)?`;
const REQUEST_LINE = new RegExp(`^(${TOKEN}) ([!-~]+) (HTTP/1\\.[01])$`);
const ORIGIN_FORM = new RegExp(`^${PATH_AND_QUERY}$`);
const ABSOLUTE_FORM = new RegExp(
  `^https?://([^/?#@]+)(?:${PATH_AND_QUERY}|\\?(?:${PCHAR}|[/?])*)?$`,
  'i',
);
const FIELD_LINE = new RegExp(`^(${TOKEN}):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*)$`);
const HOST = /^(?:[A-Za-z0-9._~!$&'()*+,;=-]+|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/;
const QUOTED =
  '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const CHUNK_LINE = new RegExp(
  `^([0-9A-Fa-f]{1,15})(?:[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|${QUOTED}))?)*$`,
);

/** Cursor walks over one stretch of bytes, kept as Latin-1 so that one character is one byte. */
class Cursor {
  at = 0;
  readonly #text: string;
  constructor(readonly bytes: Buffer) {
    this.#text = bytes.toString('latin1');
  }

  get atEnd(): boolean {
    return this.at === this.#text.length;
  }

  /** line takes everything up to CRLF. A CR or LF anywhere else is a violation, also before the line is complete. */
  line(): string {
    const end = this.#text.indexOf('\r\n', this.at);
    const line = this.#text.slice(this.at, end < 0 ? undefined : end);
    const open = end < 0 && line.endsWith('\r') ? line.slice(0, -1) : line;
    if (/[\r\n]/.test(open)) throw new Violation('a bare CR or LF');
    if (end < 0) throw new Incomplete();
    this.at = end + 2;
    return line;
  }

  take(length: number): Buffer {
    if (this.bytes.length - this.at < length) throw new Incomplete();
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }
}

function matched(pattern: RegExp, line: string, what: string): RegExpExecArray {
  const match = pattern.exec(line);
  if (match === null) throw new Violation(`${what}: ${JSON.stringify(line)}`);
  return match;
}

function readFields(cursor: Cursor): (readonly [string, string])[] {
  const fields: (readonly [string, string])[] = [];
  for (let line = cursor.line(); line !== ''; line = cursor.line()) {
    const [, name = '', value = ''] = matched(FIELD_LINE, line, 'not a field line');
    fields.push([name, value.replace(/[ \t]+$/, '')]);
  }
  return fields;
}

/** valuesOf lists the values of all fields of one name. */
export function valuesOf(
  fields: readonly (readonly [name: string, value: string])[],
  wanted: string,
): readonly string[] {
  return fields
    .filter(([name]) => name.toLowerCase() === wanted.toLowerCase())
    .map(([, value]) => value);
}

function checkTarget(method: string, target: string): void {
  if (target === '*' && method === 'OPTIONS') return;
  if (ORIGIN_FORM.test(target) || ABSOLUTE_FORM.test(target)) return;
  throw new Violation(`a target in no form: ${JSON.stringify(target)}`);
}

function checkHost(hosts: readonly string[], version: string): void {
  if (hosts.length === 0 && version === 'HTTP/1.0') return;
  const [host] = hosts;
  if (hosts.length !== 1 || host === undefined) throw new Violation(`${hosts.length} Host fields`);
  if (!HOST.test(host)) throw new Violation(`not a host: ${JSON.stringify(host)}`);
}

function readChunks(cursor: Cursor): Buffer {
  const chunks: Buffer[] = [];
  for (;;) {
    const [, digits = ''] = matched(CHUNK_LINE, cursor.line(), 'not a chunk size');
    const size = Number.parseInt(digits, 16);
    if (size === 0) break;
    chunks.push(cursor.take(size));
    if (cursor.line() !== '') throw new Violation('a chunk is longer than its size');
  }
  readFields(cursor);
  return Buffer.concat(chunks);
}

function readBody(cursor: Cursor, fields: StrictRequest['fields'], version: string): Buffer {
  const lengths = valuesOf(fields, 'content-length');
  const codings = valuesOf(fields, 'transfer-encoding');
  if (lengths.length + codings.length > 1) throw new Violation('more than one framing field');
  const [length] = lengths;
  const [coding] = codings;
  if (coding !== undefined) {
    if (version === 'HTTP/1.0') throw new Violation('Transfer-Encoding in HTTP/1.0');
    if (coding.toLowerCase() !== 'chunked') throw new Violation(`the coding ${coding}`);
    return readChunks(cursor);
  }
  if (length === undefined) return Buffer.alloc(0);
  if (!/^[0-9]{1,15}$/.test(length)) throw new Violation(`Content-Length ${length}`);
  return cursor.take(Number(length));
}

function readRequest(cursor: Cursor): StrictRequest {
  const [, method = '', target = '', version = ''] = matched(
    REQUEST_LINE,
    cursor.line(),
    'not a request line',
  );
  checkTarget(method, target);
  const fields = readFields(cursor);
  checkHost(valuesOf(fields, 'host'), version);
  return { method, target, version, fields, body: readBody(cursor, fields, version) };
}

/** readRequests reads as many complete requests as there are. */
export function readRequests(bytes: Buffer): Reading {
  const cursor = new Cursor(bytes);
  const requests: StrictRequest[] = [];
  let end = 0;
  try {
    while (!cursor.atEnd) {
      requests.push(readRequest(cursor));
      end = cursor.at;
    }
  } catch (error) {
    if (error instanceof Violation) return { requests, end, violation: error.message };
    if (!(error instanceof Incomplete)) throw error;
  }
  return { requests, end, violation: undefined };
}
