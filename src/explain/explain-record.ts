/**
 * Owns the explanation of a refusal that has happened, from its line in the log and the configuration that serves now. Pure.
 */
import { quote } from '../parsed.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { EventRecord } from '../telemetry/event-record.js';
import { timestamp } from '../timestamp.js';
import { alertRemedy } from './alert-remedy.js';
import { scopeRemedy } from './explain-dry-run.js';
import {
  type Explanation,
  explainFacts,
  type Facts,
  type Obstacle,
  type Presented,
} from './explanation.js';
import { whoRequires } from './who-requires.js';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const number = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;

const digits = (value: unknown): string | undefined => text(value)?.replace(/^sha256:/, '');

function defined<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function presentedIn(record: EventRecord): Presented | undefined {
  const sha256 = digits(record.fingerprint);
  if (sha256 === undefined) return undefined;
  return {
    sha256,
    subject: text(record.subject) ?? '',
    ...defined({
      sha1: text(record.sha1),
      spkiSha256: digits(record.spki),
      issuer: text(record.issuer),
      serial: text(record.serial),
      notBefore: number(record.notBefore),
      notAfter: number(record.notAfter),
    }),
  };
}

type Where = Pick<Facts, 'listener' | 'serverName' | 'route'>;

// What the code alone says; a detail in the line says more.
const WORDS: Readonly<Record<string, string>> = {
  'not-pinned': 'the certificate is trusted, but matches none of the clients that the route allows',
  'no-route': 'no route matches this host, path and method',
  'method-not-allowed': 'the route does not allow this method',
};

function wordsOf(code: string, where: Where, snapshot: Snapshot): string {
  if (code !== 'certificate-required') return WORDS[code] ?? code;
  return `the client presented no certificate, and ${whoRequires(where, snapshot)}`;
}

function obstacleIn(record: EventRecord, where: Where, snapshot: Snapshot): Obstacle {
  const code = text(record.code) ?? 'unknown';
  const words = text(record.detail) ?? wordsOf(code, where, snapshot);
  const listener = snapshot.listeners.find(({ name }) => name === where.listener);
  const remedy = alertRemedy(number(record.alertReceived), listener, where.serverName);
  return { code, words, ...defined({ remedy }), ...scopeRemedy(code, text(record.client) ?? '') };
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : [];

// Part by part, why it is none of the clients that the route allows.
const findingsIn = ({ findings }: EventRecord): readonly Obstacle[] =>
  texts(findings).map((words) => ({ code: 'not-pinned', words }));

/** headline says in one line what a record of the log is about. */
export function headline(record: EventRecord): string {
  const { event, method, path, listener, remote, time } = record;
  const what = text(method) === undefined ? text(event) : `${method} ${text(path) ?? ''}`;
  const when = timestamp(time);
  const on = quote(text(listener) ?? '');
  return `${what ?? record.type} on listener ${on}, from ${text(remote) ?? 'an unknown address'}, ${when}`;
}

/** explainRecord explains a line that names a code. What was expected is what is expected now. */
export function explainRecord(record: EventRecord, snapshot: Snapshot): Explanation {
  const where: Where = {
    listener: text(record.listener) ?? '',
    serverName: text(record.serverName) ?? '',
    route: text(record.route) ?? '',
  };
  const facts = {
    ...where,
    presented: presentedIn(record),
    obstacles: [obstacleIn(record, where, snapshot), ...findingsIn(record)],
    knownAs: texts(record.matched),
    lacksPinOf: texts(record.lacksPinOf),
    remedies: texts(record.remedies),
  };
  return explainFacts(facts, snapshot);
}
