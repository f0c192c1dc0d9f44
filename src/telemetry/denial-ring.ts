/**
 * Owns the memory of refusals: the last lines of the log that name a code, found by the id that the client was told, or by
 * its address. Bounded. It is fed with lines as they pass; nothing is parsed but lines that say no.
 */
import { type EventRecord, parseRecord } from './event-record.js';

const MOST = 2000;
const LINE_FEED = 10;
// Quotes inside a text are escaped, so that this stands in a line only where it is a key.
const CODE = Buffer.from('"code":"');
const IDS = ['requestId', 'handshakeId', 'connectionId'] as const;

/** idOf is the id of a line, which the client or the operator has. */
export function idOf(record: EventRecord): string | undefined {
  const id = IDS.map((key) => record[key]).find((value) => typeof value === 'string');
  return id as string | undefined;
}

export class DenialRing {
  // In the order of arrival. A security line and the access line of its request are one entry.
  readonly #byId = new Map<string, EventRecord>();
  readonly #most: number;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** feed takes whole lines, each ended by a line feed. */
  feed(lines: Buffer): void {
    for (let at = lines.indexOf(CODE); at >= 0; at = lines.indexOf(CODE, at)) {
      const begin = lines.lastIndexOf(LINE_FEED, at) + 1;
      const feed = lines.indexOf(LINE_FEED, at);
      const end = feed < 0 ? lines.length : feed;
      this.#add(lines.toString('utf8', begin, end));
      at = end;
    }
  }

  /** find returns what is remembered under an id; or the newest of a client's address ("192.0.2.1:40000"). */
  find(key: string): EventRecord | undefined {
    const byId = this.#byId.get(key);
    if (byId !== undefined) return byId;
    return [...this.#byId.values()].reverse().find(({ remote }) => remote === key);
  }

  #add(line: string): void {
    const record = parseRecord(line);
    const id = record === undefined ? undefined : idOf(record);
    if (record === undefined || id === undefined) return;
    const before = this.#byId.get(id);
    // The security line says more of the client, the access line more of the request.
    const whole = before === undefined ? record : { ...record, ...before };
    this.#byId.set(id, Object.freeze(whole));
    if (this.#byId.size <= this.#most) return;
    const [oldest] = this.#byId.keys();
    if (oldest !== undefined) this.#byId.delete(oldest);
  }
}
