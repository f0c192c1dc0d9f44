/**
 * Owns the reading of one route that passed the schema.
 */
import { validated } from '../parsed.js';
import { parseHost } from '../routing/host.js';
import { parsePathPattern } from '../routing/path-pattern.js';
import type { Action, RouteConfig } from './config.js';
import { readForwardIdentity } from './forwarded-identity.js';
import type { RawRespond, RawRoute } from './raw.js';
import { bodyText } from './response-rules.js';

/** readRoute reads a route; without listeners of its own it gets `allListeners`. */
export function readRoute(at: string, raw: RawRoute, allListeners: readonly string[]): RouteConfig {
  const { host, path = '', methods } = raw.match;
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
    forwardIdentity:
      raw.forwardIdentity === undefined ? null : readForwardIdentity(raw.forwardIdentity),
  });
}

function readAction({ proxy, respond }: RawRoute): Action {
  return proxy === undefined
    ? readResponse(respond ?? {})
    : Object.freeze({ kind: 'proxy', upstream: proxy });
}

function readResponse({ status = 200, headers = {}, json, text }: RawRespond): Action {
  const own = Object.entries(headers);
  const typed = own.some(([name]) => name.toLowerCase() === 'content-type');
  const type = json === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  const bodied = json !== undefined || text !== undefined;
  const fields = bodied && !typed ? [['Content-Type', type] as const, ...own] : own;
  return Object.freeze({
    kind: 'respond',
    status,
    fields: Object.freeze(fields.map((field) => Object.freeze(field))),
    body: bodyText(json, text),
  });
}
