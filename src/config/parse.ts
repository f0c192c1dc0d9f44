/**
 * Owns the way from a configuration's text to a typed Config: syntax, schema, names, then the reading of each entry. Pure.
 * Everything that is wrong is returned, not the first.
 */
import { dirname, resolve } from 'node:path';
import { type Issue, issue, pointer } from '../document/issue.js';
import { problem, quote } from '../parsed.js';
import type { Config, ConfigParts, OperationConfig } from './config.js';
import { entriesOf, memberOf } from './members.js';
import { modeIssues } from './mode-rules.js';
import type {
  RawClient,
  RawCrypto,
  RawListener,
  RawLog,
  RawRoute,
  RawTickets,
  RawTrust,
  RawUpstream,
} from './raw.js';
import {
  type Entry,
  milliseconds,
  readClient,
  readListener,
  readTrust,
  readUpstream,
} from './read-entries.js';
import { readRoute } from './read-route.js';
import { referenceIssues } from './references.js';
import { validate } from './schema.js';
import { schemaIssues } from './schema-issues.js';
import { readSource, type Source } from './source.js';
import { isTcpRoute, readTcpRoute } from './tcp-route.js';
import { readTickets } from './tickets.js';

/** ParseOutcome is the Config, or all the issues together with those entries that are sound (for further checks). */
export type ParseOutcome =
  | { readonly ok: true; readonly source: Source; readonly config: Config }
  | {
      readonly ok: false;
      readonly source: Source;
      readonly issues: readonly Issue[];
      readonly sound: ConfigParts;
    };

/**
 * parseConfig reads the text of the configuration file at `file` (absolute), from whose folder relative paths start. It
 * does no I/O.
 */
export function parseConfig(text: string, file: string): ParseOutcome {
  const source = readSource(text);
  const issues = [...source.issues];
  if (!issues.some(({ code }) => code === 'syntax')) issues.push(...valueIssues(source.value));
  const sound = readParts(source.value, dirname(file), issues);
  if (issues.length > 0) return Object.freeze({ ok: false, source, issues, sound });
  return Object.freeze({ ok: true, source, config: Object.freeze({ ...sound, complete: true }) });
}

function valueIssues(value: unknown): Issue[] {
  return [
    ...schemaIssues(validate(value)),
    ...referenceIssues(value),
    ...doubledNames(value),
    ...modeIssues(value),
  ];
}

function doubledNames(value: unknown): Issue[] {
  const first = new Map<unknown, string>();
  return entriesOf(memberOf(value, 'routes')).flatMap(([index, route]) => {
    const name = memberOf(route, 'name');
    const at = pointer('/routes', index, 'name');
    const taken = first.get(name);
    if (typeof name !== 'string' || taken === undefined) {
      first.set(name, at);
      return [];
    }
    const found = problem(`${quote(name)}, as at ${taken}`, 'a name of its own for each route');
    return [issue('duplicate-name', at, found)];
  });
}

// Names that lead nowhere, or to two things, do not keep an entry from being read.
const READABLE: ReadonlySet<string> = new Set(['unknown-name', 'duplicate-name']);

// soundness returns whether no issue is about the entry at a pointer or a part of it.
function soundness(issues: readonly Issue[]): (at: string) => boolean {
  const touched = new Set<string>();
  for (const { code, at } of issues) {
    if (READABLE.has(code)) continue;
    for (let place = at; place !== ''; place = place.slice(0, place.lastIndexOf('/'))) {
      touched.add(place);
    }
  }
  return (at) => !touched.has(at);
}

function readParts(value: unknown, directory: string, issues: readonly Issue[]): ConfigParts {
  const syntax = issues.some(({ code }) => code === 'syntax');
  const raw = syntax ? undefined : value;
  const isSound = soundness(issues);
  const read = <R, T>(section: string, reader: (entry: Entry, raw: R) => T): readonly T[] =>
    Object.freeze(
      namedEntries(raw, section, directory)
        .filter(([{ at }]) => isSound(at))
        .map(([entry, member]) => reader(entry, member as R)),
    );
  const drain = memberOf(raw, 'drainTimeout') as string | undefined;
  const tickets = memberOf(raw, 'tickets') as RawTickets | undefined;
  const crypto = isSound('/crypto') ? (memberOf(raw, 'crypto') as RawCrypto | undefined) : {};
  const log = isSound('/log') ? (memberOf(raw, 'log') as RawLog | undefined) : {};
  return Object.freeze({
    workers: isSound('/workers') ? ((memberOf(raw, 'workers') as number | undefined) ?? 0) : 0,
    drainMs: milliseconds(isSound('/drainTimeout') ? drain : undefined, 30_000),
    tickets: readTickets(isSound('/tickets') ? tickets : undefined),
    cryptoProvider: crypto?.provider ?? 'auto',
    accessLog: log?.access ?? 'all',
    via: (isSound('/via') ? (memberOf(raw, 'via') as boolean | undefined) : undefined) ?? true,
    operation: readOperation(raw, directory, isSound),
    trust: read<RawTrust, ConfigParts['trust'][number]>('trust', readTrust),
    clients: read<RawClient, ConfigParts['clients'][number]>('clients', readClient),
    upstreams: read<RawUpstream, ConfigParts['upstreams'][number]>('upstreams', readUpstream),
    listeners: read<RawListener, ConfigParts['listeners'][number]>('listeners', readListener),
    routes: readRoutes(raw, isSound, false, readRoute),
    tcpRoutes: readRoutes(raw, isSound, true, readTcpRoute),
  });
}

function readOperation(
  raw: unknown,
  directory: string,
  isSound: (at: string) => boolean,
): OperationConfig {
  const watch = isSound('/watch') ? (memberOf(raw, 'watch') as boolean | undefined) : undefined;
  const socket = isSound('/admin')
    ? (memberOf(memberOf(raw, 'admin'), 'socket') as string | undefined)
    : undefined;
  return Object.freeze({
    watch: watch ?? true,
    adminSocket: socket === undefined ? null : resolve(directory, socket),
  });
}

function namedEntries(raw: unknown, section: string, directory: string): [Entry, unknown][] {
  const members = memberOf(raw, section);
  if (Array.isArray(members)) return [];
  return entriesOf(members).map(([name, member]) => [
    { name, at: pointer('', section, name), directory },
    member,
  ]);
}

type ReadRoute<T> = (at: string, raw: RawRoute, allListeners: readonly string[]) => T;

// readRoutes reads those of one kind. Without listeners of its own a route holds on all of its kind.
function readRoutes<T>(
  raw: unknown,
  isSound: (at: string) => boolean,
  tcp: boolean,
  reader: ReadRoute<T>,
): readonly T[] {
  const routes = memberOf(raw, 'routes');
  if (!Array.isArray(routes)) return [];
  const all = entriesOf(memberOf(raw, 'listeners'))
    .filter(([, listener]) => (memberOf(listener, 'mode') === 'tcp') === tcp)
    .map(([name]) => name);
  const read = routes.flatMap((route, index) => {
    const at = pointer('/routes', index);
    if (isTcpRoute(route) !== tcp || !isSound(at)) return [];
    return [reader(at, route as RawRoute, all)];
  });
  return Object.freeze(read);
}
