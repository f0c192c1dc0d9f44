/**
 * Owns the way from what a route does to its action in the snapshot. Pure.
 */
import { type Action, type ProxyAction, proxyOf } from '../config/action.js';
import type { RouteConfig } from '../config/config.js';
import { type HeaderEdits, readHeaderEdits } from '../config/header-edits.js';
import type { Rewrite } from '../config/rewrite.js';
import type { SnapshotAction, SnapshotProxy, SnapshotRewrite } from './snapshot.js';

// What most routes have: thousands of them share these.
const AS_THEY_ARE = separately(readHeaderEdits(undefined));
const NO_UPGRADE: readonly string[] = Object.freeze([]);
const AS_IT_IS: SnapshotRewrite = Object.freeze({
  stripSegments: 0,
  addPrefix: '',
  host: 'preserve',
});

/** compileAction makes the snapshot's of an action; `routes` are all, from which readiness has its upstreams. */
export function compileAction(action: Action, routes: readonly RouteConfig[]): SnapshotAction {
  switch (action.kind) {
    case 'proxy':
      return compileProxy(action);
    case 'ready': {
      const upstreams = Object.freeze(action.upstreams ?? upstreamsOf(routes));
      return Object.freeze({ kind: 'ready', upstreams });
    }
    case 'respond':
    case 'live':
      return action;
  }
}

function compileProxy(action: ProxyAction): SnapshotProxy {
  const { kind, upstream, rewrite, headers, expect, upgrade } = action;
  return Object.freeze({
    kind,
    upstream,
    rewrite: compileRewrite(rewrite),
    ...(headers === null ? AS_THEY_ARE : separately(headers)),
    expect,
    upgrade: upgrade ?? NO_UPGRADE,
  });
}

function separately({ keep: keepFields, ...headers }: HeaderEdits) {
  return Object.freeze({ headers: Object.freeze(headers), keepFields });
}

function compileRewrite(rewrite: Rewrite | null): SnapshotRewrite {
  if (rewrite === null) return AS_IT_IS;
  const { stripPrefix, addPrefix, host } = rewrite;
  return Object.freeze({ stripSegments: stripPrefix?.segments.length ?? 0, addPrefix, host });
}

// Each upstream that requests go to, once, in the order of the routes.
function upstreamsOf(routes: readonly RouteConfig[]): readonly string[] {
  const used = routes.flatMap(({ action }) => proxyOf(action)?.upstream ?? []);
  return [...new Set(used)];
}
