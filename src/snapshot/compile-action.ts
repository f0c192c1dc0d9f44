/**
 * Owns the way from what a route does to its action in the snapshot. Pure.
 */
import type { RouteConfig } from '../config/config.js';
import { type HeaderEdits, readHeaderEdits } from '../config/header-edits.js';
import type { SnapshotAction, SnapshotRewrite } from './snapshot.js';

// What most routes have: thousands of them share these.
const AS_THEY_ARE = separately(readHeaderEdits(undefined));
const NO_UPGRADE: readonly string[] = Object.freeze([]);
const AS_IT_IS: SnapshotRewrite = Object.freeze({
  stripSegments: 0,
  addPrefix: '',
  host: 'preserve',
});

/** compileAction makes the action of `route`; `routes` are all, from which readiness has its upstreams. */
export function compileAction(route: RouteConfig, routes: readonly RouteConfig[]): SnapshotAction {
  const { action } = route;
  if (action.kind === 'ready') {
    const upstreams = Object.freeze(action.upstreams ?? upstreamsOf(routes));
    return Object.freeze({ kind: 'ready', upstreams });
  }
  if (action.kind !== 'proxy') return action;
  const { headers, keepFields } = compileHeaders(route);
  const upgrade = route.upgrade ?? NO_UPGRADE;
  return Object.freeze({ ...action, rewrite: compileRewrite(route), headers, keepFields, upgrade });
}

function separately({ keep: keepFields, ...headers }: HeaderEdits) {
  return Object.freeze({ headers: Object.freeze(headers), keepFields });
}

const compileHeaders = ({ headers }: RouteConfig) =>
  headers === null ? AS_THEY_ARE : separately(headers);

function compileRewrite({ rewrite }: RouteConfig): SnapshotRewrite {
  if (rewrite === null) return AS_IT_IS;
  const { stripPrefix, addPrefix, host } = rewrite;
  return Object.freeze({ stripSegments: stripPrefix?.segments.length ?? 0, addPrefix, host });
}

// Each upstream that requests go to, once, in the order of the routes.
function upstreamsOf(routes: readonly RouteConfig[]): readonly string[] {
  const used = routes.flatMap(({ action }) => (action.kind === 'proxy' ? [action.upstream] : []));
  return [...new Set(used)];
}
