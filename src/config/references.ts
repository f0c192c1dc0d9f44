/**
 * Owns the check that every name leads somewhere. It looks at the raw value, so that it also finds what is wrong in
 * entries that have other mistakes.
 */

import { type Issue, issue, pointer } from '../document/issue.js';
import { nearest } from '../document/nearest.js';
import { problem, quote } from '../parsed.js';
import { entriesOf, memberOf, namesOf } from './members.js';

interface Kind {
  readonly section: 'trust' | 'clients' | 'upstreams' | 'listeners';
  readonly words: string;
  /** Whose names are as good. */
  readonly also?: 'applications';
}

const TRUST: Kind = { section: 'trust', words: 'a trust bundle' };
const CLIENT: Kind = { section: 'clients', words: 'a client' };
const ALLOWED: Kind = {
  section: 'clients',
  words: 'a client or an application',
  also: 'applications',
};
const UPSTREAM: Kind = { section: 'upstreams', words: 'an upstream' };
const LISTENER: Kind = { section: 'listeners', words: 'a listener' };

const MOST_LISTED = 8;

// A guess looks at every known name. That many names are not mistyped one by one.
const MOST_COMPARED = 200_000;

type Resolve = (kind: Kind, name: unknown, at: string) => Issue[];

function knownTo({ section, also }: Kind, raw: unknown): ReadonlySet<string> {
  const others = also === undefined ? [] : namesOf(memberOf(raw, also));
  return new Set([...namesOf(memberOf(raw, section)), ...others]);
}

function resolver(raw: unknown): Resolve {
  const known = new Map(
    [TRUST, CLIENT, ALLOWED, UPSTREAM, LISTENER].map((kind) => [kind, knownTo(kind, raw)]),
  );
  let compared = 0;
  return (kind, name, at) => {
    const names = known.get(kind) ?? new Set<string>();
    if (typeof name !== 'string' || names.has(name)) return [];
    compared += names.size;
    const guess = compared <= MOST_COMPARED ? nearest(name, names) : undefined;
    return [unknownName(kind, name, at, { names, guess })];
  };
}

interface Known {
  readonly names: ReadonlySet<string>;
  readonly guess: string | undefined;
}

function unknownName(kind: Kind, name: string, at: string, { names, guess }: Known): Issue {
  const listed: string[] = [];
  for (const known of names) {
    if (listed.length === MOST_LISTED) break;
    listed.push(quote(known));
  }
  const more = names.size > MOST_LISTED ? ', …' : '';
  const those = listed.length === 0 ? 'none is configured' : `${listed.join(', ')}${more}`;
  const fix =
    guess === undefined
      ? `add ${quote(name)} to ${quote(kind.section)}`
      : `did you mean ${quote(guess)}?`;
  const found = problem(quote(name), `the name of ${kind.words}: ${those}`, fix);
  return issue('unknown-name', at, found);
}

function listenerReferences(raw: unknown, resolve: Resolve): Issue[] {
  return entriesOf(memberOf(raw, 'listeners')).flatMap(([name, listener]) => {
    const at = pointer('/listeners', name);
    const names = entriesOf(memberOf(listener, 'names')).flatMap(([serverName, rules]) =>
      resolve(TRUST, memberOf(rules, 'trust'), pointer(at, 'names', serverName, 'trust')),
    );
    return [...resolve(TRUST, memberOf(listener, 'trust'), pointer(at, 'trust')), ...names];
  });
}

// What a name leaves out is what its listener says; that the listener itself lacks a bundle, the schema says.
function namesWithoutTrust(raw: unknown): Issue[] {
  return entriesOf(memberOf(raw, 'listeners')).flatMap(([name, listener]) => {
    if (memberOf(listener, 'clientAuth') !== 'none') return [];
    return entriesOf(memberOf(listener, 'names')).flatMap(([serverName, rules]) => {
      const asked = memberOf(rules, 'clientAuth') ?? 'none';
      const trust = memberOf(rules, 'trust') ?? memberOf(listener, 'trust');
      if (asked === 'none' || trust !== undefined) return [];
      const expected = '"trust": the CAs whose certificates are accepted, here or on the listener';
      const at = pointer('/listeners', name, 'names', serverName);
      return [issue('missing-key', at, problem('no "trust"', expected, 'add "trust"'))];
    });
  });
}

function upstreamReferences(raw: unknown, resolve: Resolve): Issue[] {
  return entriesOf(memberOf(raw, 'upstreams')).flatMap(([name, upstream]) => {
    const trust = memberOf(memberOf(upstream, 'tls'), 'trust');
    return resolve(TRUST, trust, pointer('/upstreams', name, 'tls', 'trust'));
  });
}

function applicationReferences(raw: unknown, resolve: Resolve): Issue[] {
  return entriesOf(memberOf(raw, 'applications')).flatMap(([name, application]) =>
    entriesOf(memberOf(application, 'clients')).flatMap(([i, client]) =>
      resolve(CLIENT, client, pointer('/applications', name, 'clients', i)),
    ),
  );
}

function routeReferences(raw: unknown, resolve: Resolve): Issue[] {
  return entriesOf(memberOf(raw, 'routes')).flatMap(([index, route]) => {
    const at = pointer('/routes', index);
    const listOf = (kind: Kind, key: string): Issue[] => {
      const list = memberOf(route, key);
      if (!Array.isArray(list)) return [];
      return list.flatMap((name, i) => resolve(kind, name, pointer(at, key, i)));
    };
    return [
      ...listOf(LISTENER, 'listeners'),
      ...listOf(ALLOWED, 'allow'),
      ...resolve(UPSTREAM, memberOf(route, 'proxy'), pointer(at, 'proxy')),
      ...entriesOf(memberOf(memberOf(route, 'health'), 'ready')).flatMap(([i, name]) =>
        resolve(UPSTREAM, name, pointer(at, 'health', 'ready', i)),
      ),
    ];
  });
}

/** referenceIssues returns one issue for every name that leads nowhere. */
export function referenceIssues(raw: unknown): Issue[] {
  const resolve = resolver(raw);
  return [
    ...upstreamReferences(raw, resolve),
    ...listenerReferences(raw, resolve),
    ...applicationReferences(raw, resolve),
    ...namesWithoutTrust(raw),
    ...routeReferences(raw, resolve),
  ];
}
