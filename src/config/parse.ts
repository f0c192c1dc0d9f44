/**
 * Owns the way from a configuration's text to a typed Config: syntax, schema, names, then the reading of each entry. Pure.
 * Everything that is wrong is returned, not the first.
 */
import { dirname, resolve } from 'node:path';
import { type Issue, issue, pointer } from '../document/issue.js';
import { problem, quote } from '../parsed.js';
import { membersOf, type RouteContext } from './allow.js';
import { type Completed, complete } from './complete.js';
import type { Config, ConfigParts, OperationConfig } from './config.js';
import type { RawGateway, RawRoute } from './generated-shape.js';
import { entriesOf, memberOf } from './members.js';
import { modeIssues } from './mode-rules.js';
import { actionIssues } from './read-action.js';
import {
  type Entry,
  readApplication,
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
  if (isReadable(issues)) issues.push(...valueIssues(source.value));
  const sound = readParts(source.value, dirname(file), issues);
  if (issues.length > 0) return Object.freeze({ ok: false, source, issues, sound });
  return Object.freeze({ ok: true, source, config: Object.freeze({ ...sound, complete: true }) });
}

// What is wrong with the text as a whole leaves no value to judge, or none that may be quoted.
const OF_THE_TEXT: ReadonlySet<string> = new Set(['syntax', 'private-key']);

const isReadable = (issues: readonly Issue[]): boolean =>
  !issues.some(({ code }) => OF_THE_TEXT.has(code));

function valueIssues(value: unknown): Issue[] {
  return [
    ...schemaIssues(validate(value)),
    ...referenceIssues(value),
    ...doubledNames(value),
    ...sharedNames(value),
    ...modeIssues(value),
    ...actionIssues(value),
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

// "allow" takes the names of both.
function sharedNames(value: unknown): Issue[] {
  const clients = memberOf(value, 'clients');
  return entriesOf(memberOf(value, 'applications')).flatMap(([name]) => {
    if (memberOf(clients, name) === undefined) return [];
    const found = problem(
      `${quote(name)}, which is the name of a client, too`,
      'a name of its own: clients and applications share one name space',
      'give the application another name',
    );
    return [issue('duplicate-name', pointer('/applications', name), found, { mark: 'key' })];
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

type Section = 'trust' | 'clients' | 'applications' | 'upstreams' | 'listeners' | 'routes';
type Settings = Required<Omit<Completed, Section | '$schema' | 'admin'>> & Completed;

const SECTIONS: ReadonlySet<string> = new Set<Section>([
  'trust',
  'clients',
  'applications',
  'upstreams',
  'listeners',
  'routes',
]);

// What is not sound is left out, and so has its default; of a section each entry is judged by itself.
function completeSound(value: unknown, isSound: (at: string) => boolean): Settings {
  const sound = entriesOf(value).filter(([key]) => SECTIONS.has(key) || isSound(pointer('', key)));
  return complete(Object.fromEntries(sound)) as Settings;
}

function readParts(value: unknown, directory: string, issues: readonly Issue[]): ConfigParts {
  const isSound = soundness(issues);
  const raw = completeSound(isReadable(issues) ? value : undefined, isSound);
  const read = <R, T>(
    section: Section,
    entries: Readonly<Record<string, R>> | undefined,
    reader: (entry: Entry, raw: R) => T,
  ): readonly T[] =>
    Object.freeze(
      namedEntries(entries, section, directory)
        .filter(([{ at }]) => isSound(at))
        .map(([entry, member]) => reader(entry, member)),
    );
  return Object.freeze({
    workers: raw.workers,
    drainMs: raw.drainTimeout,
    tickets: readTickets(raw.tickets),
    cryptoProvider: raw.crypto.provider,
    accessLog: raw.log.access,
    via: raw.via,
    operation: readOperation(raw, directory),
    trust: read('trust', raw.trust, readTrust),
    clients: read('clients', raw.clients, readClient),
    applications: read('applications', raw.applications, readApplication),
    upstreams: read('upstreams', raw.upstreams, readUpstream),
    listeners: read('listeners', raw.listeners, readListener),
    routes: readRoutes(raw, isSound, false, readRoute),
    tcpRoutes: readRoutes(raw, isSound, true, readTcpRoute),
  });
}

function readOperation({ watch, admin }: Settings, directory: string): OperationConfig {
  const adminSocket = admin?.socket === undefined ? null : resolve(directory, admin.socket);
  return Object.freeze({ watch, adminSocket });
}

function namedEntries<R>(
  members: Readonly<Record<string, R>> | undefined,
  section: string,
  directory: string,
): [Entry, R][] {
  if (Array.isArray(members)) return [];
  return entriesOf(members).map(([name, member]) => [
    { name, at: pointer('', section, name), directory },
    member as R,
  ]);
}

type ReadRoute<T> = (at: string, raw: RawRoute, context: RouteContext) => T;

// readRoutes reads those of one kind. Without listeners of its own a route holds on all of its kind.
function readRoutes<T>(
  { routes, listeners, applications }: Partial<RawGateway>,
  isSound: (at: string) => boolean,
  tcp: boolean,
  reader: ReadRoute<T>,
): readonly T[] {
  if (!Array.isArray(routes)) return [];
  const allListeners = entriesOf(listeners)
    .filter(([, listener]) => (memberOf(listener, 'mode') === 'tcp') === tcp)
    .map(([name]) => name);
  const context = { allListeners, members: membersOf(applications) };
  const read = routes.flatMap((route, index) => {
    const at = pointer('/routes', index);
    if (isTcpRoute(route) !== tcp || !isSound(at)) return [];
    return [reader(at, route as RawRoute, context)];
  });
  return Object.freeze(read);
}
