/**
 * Owns refusals as lines of the log tell them: which lines are about one, found by the id that the client was told or by
 * its address, and the one record that they make. Pure. The running gateway remembers its own (native/telemetry).
 */
import { isIP, isIPv6 } from 'node:net';
import { type EventRecord, parseRecord } from './event-record.js';

const LINE_FEED = 10;
// Quotes inside a text are escaped, so that this stands in a line only where it is a key.
const CODE = Buffer.from('"code":"');
const IDS = ['requestId', 'handshakeId', 'connectionId'] as const;

/** idOf is the id of a line, which the client or the operator has. */
function idOf(record: EventRecord): string | undefined {
  const id = IDS.map((key) => record[key]).find((value) => typeof value === 'string');
  return id as string | undefined;
}

/** denialOf puts the lines about one refusal together, the oldest first; undefined when there are none. */
export function denialOf(lines: readonly string[]): EventRecord | undefined {
  const records = lines.flatMap((line) => parseRecord(line) ?? []);
  if (records.length === 0) return undefined;
  // The security line says more of the client, the access line, which comes later, more of the request.
  return Object.freeze(Object.assign({}, ...records.reverse()) as EventRecord);
}

// The lines that name a code and hold the text somewhere.
function* linesWith(log: Buffer, text: string): Generator<string> {
  const wanted = Buffer.from(text);
  for (let at = log.indexOf(wanted); at >= 0; at = log.indexOf(wanted, at)) {
    const begin = log.lastIndexOf(LINE_FEED, at) + 1;
    const feed = log.indexOf(LINE_FEED, at);
    const end = feed < 0 ? log.length : feed;
    const line = log.subarray(begin, end);
    if (line.includes(CODE)) yield line.toString();
    at = end;
  }
}

function linesOf(log: Buffer, id: string): readonly string[] {
  return [...linesWith(log, id)].filter((line) => {
    const record = parseRecord(line);
    return record !== undefined && idOf(record) === id;
  });
}

// As the log writes it: IPv6 has one form.
function canonical(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

// A remote is "192.0.2.1:40000" or "[2001:db8::1]:40000"; on a listener for both, IPv4 may stand in IPv6.
function hostOf(remote: unknown): string {
  if (typeof remote !== 'string') return '';
  const host = remote.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return host.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** findDenial looks a refusal up in a log, by its id; or the newest one of an address ("192.0.2.1:40000", "192.0.2.1"). */
export function findDenial(log: Buffer, key: string): EventRecord | undefined {
  if (key === '') return undefined;
  const byId = denialOf(linesOf(log, key));
  if (byId !== undefined) return byId;
  const asked = canonical(key);
  const records = [...linesWith(log, asked)].flatMap((line) => parseRecord(line) ?? []);
  const isOf = ({ remote }: EventRecord): boolean =>
    remote === asked || (isIP(asked) !== 0 && hostOf(remote) === asked);
  const newest = records.findLast((record) => isOf(record) && idOf(record) !== undefined);
  return newest === undefined ? undefined : denialOf(linesOf(log, idOf(newest) ?? ''));
}

/** isForeign says of a log that has lines that none of them is one of this program as JSON. */
export function isForeign(log: Buffer): boolean {
  let hasLines = false;
  for (let at = 0; at < log.length; ) {
    const feed = log.indexOf(LINE_FEED, at);
    const end = feed < 0 ? log.length : feed;
    if (parseRecord(log.subarray(at, end).toString()) !== undefined) return false;
    hasLines ||= end > at;
    at = end + 1;
  }
  return hasLines;
}
