/**
 * Owns the warnings: what is sound and yet has no effect. Pure.
 */
import { upstreamsNamedBy } from '../config/action.js';
import type { Config } from '../config/config.js';
import { type Issue, issue } from '../document/issue.js';
import { problem } from '../parsed.js';
import { allRules } from './server-name-rules.js';

interface Named {
  readonly name: string;
  readonly at: string;
}

function unused(entries: readonly Named[], used: Iterable<string>, by: string): Issue[] {
  const names = new Set(used);
  const place = { severity: 'warning', mark: 'key' } as const;
  return entries
    .filter(({ name }) => !names.has(name))
    .map(({ at }) =>
      issue('unused', at, problem(`no ${by} uses it`, `a ${by} that uses it`), place),
    );
}

// An application is there for routes that its clients may use, by its name or by theirs.
const reached = (applications: Config['applications'], allowed: ReadonlySet<string>): string[] =>
  applications
    .filter(({ clients }) => clients.some((name) => allowed.has(name)))
    .map(({ name }) => name);

/** findUnused returns a warning for each entry that nothing refers to. */
export function findUnused(config: Config): Issue[] {
  const { trust, clients, applications, upstreams, listeners, routes, tcpRoutes } = config;
  const all = [...routes, ...tcpRoutes];
  const allowed = all.flatMap(({ allow }) => (typeof allow === 'string' ? [] : allow.clients));
  const served = routes.flatMap(({ action }) => upstreamsNamedBy(action));
  const tunnelled = tcpRoutes.map(({ upstream }) => upstream);
  const routed = all.flatMap((route) => route.listeners);
  return [
    ...unused(
      trust,
      [
        ...listeners.flatMap((listener) => allRules(listener).map((rules) => rules.trust)),
        ...upstreams.flatMap(({ tls }) => tls?.trust ?? []),
      ],
      'listener or upstream',
    ),
    ...unused(clients, allowed, 'route'),
    ...unused(applications, reached(applications, new Set(allowed)), 'route'),
    ...unused(upstreams, [...served, ...tunnelled], 'route'),
    ...unused(listeners, routed, 'route'),
  ];
}
