/**
 * Owns the reading of one route that passed the schema.
 */
import { validated } from '../parsed.js';
import { parseHost } from '../routing/host.js';
import { parsePathPattern, type RoutePath } from '../routing/path-pattern.js';
import { type RouteContext, readAllow } from './allow.js';
import type { RouteConfig } from './config.js';
import { readForwardIdentity } from './forwarded-identity.js';
import type { RawRoute } from './generated-shape.js';
import { readMaintenance } from './maintenance.js';
import { readAction } from './read-action.js';

/** readRoute reads a route; without listeners of its own it gets `allListeners`. */
export function readRoute(
  at: string,
  raw: RawRoute,
  { allListeners, members }: RouteContext,
): RouteConfig {
  const { host, path = '', methods } = raw.match;
  return Object.freeze({
    name: raw.name,
    at,
    listeners: Object.freeze([...(raw.listeners ?? allListeners)]),
    host: host === undefined ? null : validated(parseHost(host)),
    path: readPath(path, raw.match),
    methods: methods === undefined ? null : Object.freeze([...methods]),
    allow: readAllow(raw.allow, members),
    scopes: Object.freeze([...(raw.scopes ?? [])]),
    action: readAction(raw),
    bodyBytes: raw.limits?.bodyBytes ?? null,
    maintenance: readMaintenance(raw.maintenance),
    forwardIdentity:
      raw.forwardIdentity === undefined ? null : readForwardIdentity(raw.forwardIdentity),
    refuseFields: Object.freeze([...(raw.refuseFields ?? [])]),
  });
}

function readPath(text: string, { trailingSlash, ignoreCase }: RawRoute['match']): RoutePath {
  return Object.freeze({
    ...validated(parsePathPattern(text)),
    anySlash: trailingSlash === undefined ? null : trailingSlash === 'same',
    anyCase: ignoreCase ?? null,
  });
}
