/**
 * Owns the log as a person at a terminal reads it: one line an event, what matters first. Pure. Whatever a client put into
 * a field is made visible before it reaches the terminal.
 */
import { visible } from '../parsed.js';
import { type EventRecord, parseRecord } from './event-record.js';

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim';
type Paint = (colour: Colour, text: string) => string;

const CODES: Readonly<Record<Colour, number>> = {
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
  dim: 2,
};

const coloured: Paint = (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`;
const plain: Paint = (_colour, text) => text;

// Said in words at the front of the line, or of no use to a person who watches.
const SAID_OR_LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  access: [
    ...['method', 'path', 'status', 'client', 'upstream', 'durationUs'],
    ...['protocol', 'serverName', 'reason'],
    ...['tls', 'listener', 'host', 'bytesIn', 'bytesOut', 'fingerprint', 'subject', 'source'],
  ],
  security: ['event', 'code', 'detail', 'source'],
  control: ['event', 'level'],
  upstream: ['event', 'upstream', 'endpoint', 'reason'],
};

const ALWAYS_LEFT_OUT: readonly string[] = ['time', 'type'];

const text = (value: unknown): string =>
  visible(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

function clock(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '--:--:--.---';
  const two = (part: number): string => String(part).padStart(2, '0');
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

function milliseconds(microseconds: unknown): string {
  return typeof microseconds === 'number' ? `${(microseconds / 1000).toFixed(1)} ms` : '';
}

function statusColour(status: unknown): Colour {
  if (typeof status !== 'number' || status >= 500 || status === 0) return 'red';
  return status >= 400 ? 'yellow' : 'green';
}

function tunnelWords(record: EventRecord, paint: Paint): string {
  const { serverName, client, upstream, reason, code, durationUs } = record;
  const words = [paint(code === undefined ? 'green' : 'red', text(reason)), 'tcp'];
  if (serverName) words.push(text(serverName));
  if (client) words.push(paint('cyan', text(client)));
  if (upstream) words.push(`→ ${text(upstream)}`);
  return [...words, milliseconds(durationUs)].join(' ');
}

function accessWords(record: EventRecord, paint: Paint): string {
  if (record.protocol === 'tcp') return tunnelWords(record, paint);
  const { method, path, status, client, upstream, durationUs } = record;
  const words = [paint(statusColour(status), text(status)), text(method), text(path)];
  if (client) words.push(paint('cyan', text(client)));
  if (upstream) words.push(`→ ${text(upstream)}`);
  return [...words, milliseconds(durationUs)].join(' ');
}

function securityWords({ event, code, detail }: EventRecord, paint: Paint): string {
  const words = paint('red', `${text(event)} ${text(code ?? '')}`.trim());
  return detail ? `${words}: ${text(detail)}` : words;
}

function controlWords({ event, level }: EventRecord, paint: Paint): string {
  if (level === 'error') return paint('red', `error ${text(event)}`);
  if (level === 'warning') return paint('yellow', `warning ${text(event)}`);
  return text(event);
}

const GOOD_NEWS: ReadonlySet<unknown> = new Set([
  'upstream-restored',
  'upstream-up',
  'upstream-resolved',
]);

function upstreamWords({ event, upstream, endpoint, reason }: EventRecord, paint: Paint): string {
  const colour = GOOD_NEWS.has(event) ? 'green' : 'yellow';
  return `${paint(colour, text(event))} ${text(upstream)} ${text(endpoint)}: ${text(reason)}`;
}

function words(record: EventRecord, paint: Paint): string {
  switch (record.type) {
    case 'access':
      return accessWords(record, paint);
    case 'security':
      return securityWords(record, paint);
    case 'control':
      return controlWords(record, paint);
    case 'upstream':
      return upstreamWords(record, paint);
    default:
      return text(record.type);
  }
}

function rest(record: EventRecord, paint: Paint): string {
  const said = [...ALWAYS_LEFT_OUT, ...(SAID_OR_LEFT_OUT[record.type] ?? [])];
  const left = Object.entries(record).filter(([key, value]) => !said.includes(key) && value !== '');
  return left.map(([key, value]) => ` ${paint('dim', `${text(key)}=${text(value)}`)}`).join('');
}

/** formatForPeople turns a line of the log, without its line feed, into one that people read, without one too. */
export function formatForPeople(line: string, { colour }: { readonly colour: boolean }): string {
  const record = parseRecord(line);
  if (record === undefined) return visible(line);
  const paint = colour ? coloured : plain;
  return `${paint('dim', clock(record.time))} ${words(record, paint)}${rest(record, paint)}`;
}
