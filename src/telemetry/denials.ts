/**
 * Owns refusals as lines of the log tell them: which lines are about one, found by the id that the client was told or by
 * its address, and the one record that they make. Pure. The running gateway remembers its own (native/telemetry).
 */
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

/** findDenial looks a refusal up in a log, by its id; or the newest one of a client's address ("192.0.2.1:40000"). */
export function findDenial(log: Buffer, key: string): EventRecord | undefined {
  if (key === '') return undefined;
  const byId = denialOf(linesOf(log, key));
  if (byId !== undefined) return byId;
  const records = [...linesWith(log, key)].flatMap((line) => parseRecord(line) ?? []);
  const newest = records.findLast((record) => record.remote === key && idOf(record) !== undefined);
  return newest === undefined ? undefined : denialOf(linesOf(log, idOf(newest) ?? ''));
}
