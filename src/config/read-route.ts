/**
 * Owns the reading of one route that passed the schema.
 */
import { validated } from '../parsed.js';
import { parseHost } from '../routing/host.js';
import { parsePathPattern } from '../routing/path-pattern.js';
import type { Action, RouteConfig } from './config.js';
import { readForwardIdentity } from './forwarded-identity.js';
import { readMaintenance } from './maintenance.js';
import type { RawRoute } from './raw.js';
import { readResponse } from './read-response.js';

/** readRoute reads a route; without listeners of its own it gets `allListeners`. */
export function readRoute(at: string, raw: RawRoute, allListeners: readonly string[]): RouteConfig {
  const { host, path, methods } = raw.match;
  return Object.freeze({
    name: raw.name,
    at,
    listeners: Object.freeze([...(raw.listeners ?? allListeners)]),
    host: host === undefined ? null : validated(parseHost(host)),
    path: validated(parsePathPattern(path)),
    methods: methods === undefined ? null : Object.freeze([...methods]),
    allow:
      typeof raw.allow === 'string'
        ? raw.allow
        : Object.freeze({ clients: Object.freeze([...raw.allow]) }),
    action: readAction(raw),
    maintenance: readMaintenance(raw.maintenance),
    forwardIdentity:
      raw.forwardIdentity === undefined ? null : readForwardIdentity(raw.forwardIdentity),
  });
}

function readAction({ proxy, respond }: RawRoute): Action {
  return proxy === undefined
    ? readResponse(respond ?? {})
    : Object.freeze({ kind: 'proxy', upstream: proxy });
}
