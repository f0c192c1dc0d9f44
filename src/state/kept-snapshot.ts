/**
 * Owns the reading of last good configurations in the form of before 2026-11-30: a snapshot, which has none of the keys
 * that came since. They are filled in with what a configuration that does not mention them has, and secret
 * files are named as such.
 */
import type { OperationConfig } from '../config/config.js';
import { GUARDED_FIELDS } from '../config/generated-validator.js';
import { type ListenerNumbers, usualNumbers } from '../config/listener-limits.js';
import { reviewRoutes } from '../engine/native.js';
import { GatewayError, messageOf } from '../gateway-error.js';
import { encode } from '../snapshot/encode.js';
import { publicFiles } from '../snapshot/public-files.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { anything, byName, listOf, optional, orNull, record, type Shape } from '../value-shape.js';
import type { FileContents } from './file-contents.js';

/** KeptSnapshot is a configuration that has served, as it was kept then. */
export interface KeptSnapshot {
  /** Unix milliseconds. */
  readonly keptAt: number;
  /** The absolute path of the configuration file. */
  readonly config: string;
  readonly operation: OperationConfig;
  readonly snapshot: Snapshot;
  readonly contents: readonly FileContents[];
}

type Json = Readonly<Record<string, unknown>>;

const certificateOf = (certificate: Json): Json => ({
  ...certificate,
  key: { secret: certificate.key },
});

const upstreamOf = (upstream: Json): Json => {
  const tls = upstream.tls as Json | null;
  const certificate = tls?.certificate as Json | null | undefined;
  if (!certificate) return upstream;
  return { ...upstream, tls: { ...tls, certificate: certificateOf(certificate) } };
};

const listenerOf = (listener: Json, { limits, timeouts }: ListenerNumbers): Json => ({
  announceAuthorities: false,
  ...listener,
  certificates: (listener.certificates as Json[]).map(certificateOf),
  limits: { ...limits, ...(listener.limits as Json) },
  timeouts: { ...timeouts, ...(listener.timeouts as Json) },
});

const actionOf = (action: Json): Json =>
  action.kind === 'proxy' ? { keepFields: [], expect: 'answer', ...action } : action;

const routeOf = (route: Json): Json => ({
  refuseFields: [],
  scopes: [],
  ...route,
  path: { anySlash: null, anyCase: null, ...(route.path as Json) },
  action: actionOf(route.action as Json),
});

/** OldSnapshot is as much of such a snapshot as is filled in. */
export interface OldSnapshot {
  readonly clients: readonly Json[];
  readonly listeners: readonly Json[];
  readonly routes: readonly Json[];
  readonly upstreams: readonly Json[];
}

const object = byName(anything);

const FILLED_IN = record({
  clients: listOf(object),
  listeners: listOf(
    record({ certificates: listOf(object), limits: optional(object), timeouts: optional(object) }),
  ),
  routes: listOf(record({ path: object, action: object })),
  upstreams: listOf(record({ tls: orNull(record({ certificate: orNull(object) })) })),
});

/** OLD_SNAPSHOT is the shape of what is filled in; the data plane judges the whole. */
export const OLD_SNAPSHOT: Shape<OldSnapshot> = Object.freeze({
  misfit: (value: unknown) => FILLED_IN.misfit(value),
});

function completed({ clients, listeners, routes, upstreams, ...rest }: OldSnapshot): Snapshot {
  const usual = usualNumbers();
  return {
    via: true,
    guardedFields: GUARDED_FIELDS,
    applications: [],
    ...rest,
    clients: clients.map((client) => ({ scopes: [], ...client })),
    listeners: listeners.map((listener) => listenerOf(listener, usual)),
    routes: routes.map(routeOf),
    upstreams: upstreams.map(upstreamOf),
  } as unknown as Snapshot;
}

/** asOfToday fills in what such a snapshot has not. Error: GatewayError state-unusable when the result is no snapshot. */
export function asOfToday(old: OldSnapshot): Snapshot {
  const snapshot = completed(old);
  try {
    publicFiles(snapshot);
    reviewRoutes(encode(snapshot)); // which reads all of it, by the code that serves
  } catch (cause) {
    const why = `it is not a configuration that this version can serve: ${messageOf(cause)}`;
    throw new GatewayError('state-unusable', why, { cause });
  }
  return snapshot;
}
