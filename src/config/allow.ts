/**
 * Owns whom a route admits, read from its "allow": clients by name, those of applications among them.
 */
import type { Allow } from './config.js';
import type { RawRoute } from './generated-shape.js';
import { entriesOf, memberOf } from './members.js';

/** MembersOf has the clients of each application by its name. */
export type MembersOf = ReadonlyMap<string, readonly string[]>;

/** RouteContext is what a route is read with: the listeners of its kind, and who belongs to applications. */
export interface RouteContext {
  readonly allListeners: readonly string[];
  readonly members: MembersOf;
}

/** membersOf collects them from raw applications, sound or not. */
export function membersOf(applications: unknown): MembersOf {
  const clientsOf = (application: unknown): readonly string[] => {
    const clients = memberOf(application, 'clients');
    return Array.isArray(clients) ? clients.filter((name) => typeof name === 'string') : [];
  };
  return new Map(entriesOf(applications).map(([name, one]) => [name, clientsOf(one)]));
}

/** readAllow reads an "allow"; the name of an application stands for all of its clients. */
export function readAllow(raw: RawRoute['allow'], members: MembersOf): Allow {
  if (typeof raw === 'string') return raw;
  const clients = raw.flatMap((name) => members.get(name) ?? [name]);
  return Object.freeze({ clients: Object.freeze([...new Set(clients)]) });
}
