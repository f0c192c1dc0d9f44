/**
 * Owns the reading of last good configurations in the form of before 2026-11-30: a snapshot, which has none of the keys
 * that came since. They are filled in with what a configuration that does not mention them has, and secret
 * files are named as such. Pure.
 */
import type { OperationConfig } from '../config/config.js';
import { GUARDED_FIELDS } from '../config/generated-validator.js';
import { type ListenerNumbers, usualNumbers } from '../config/listener-limits.js';
import type { Snapshot } from '../snapshot/snapshot.js';
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
  ...listener,
  certificates: (listener.certificates as Json[]).map(certificateOf),
  limits: { ...limits, ...(listener.limits as Json) },
  timeouts: { ...timeouts, ...(listener.timeouts as Json) },
});

const actionOf = (action: Json): Json =>
  action.kind === 'proxy' ? { keepFields: [], ...action } : action;

const routeOf = (route: Json): Json => ({
  refuseFields: [],
  ...route,
  path: { anySlash: null, anyCase: null, ...(route.path as Json) },
  action: actionOf(route.action as Json),
});

type Lists = 'listeners' | 'routes' | 'upstreams';

/** asOfToday fills in what such a snapshot has not. */
export function asOfToday(old: object): Snapshot {
  const { listeners, routes, upstreams, ...rest } = old as Record<Lists, Json[]>;
  const usual = usualNumbers();
  return {
    via: true,
    guardedFields: GUARDED_FIELDS,
    ...rest,
    listeners: listeners.map((listener) => listenerOf(listener, usual)),
    routes: routes.map(routeOf),
    upstreams: upstreams.map(upstreamOf),
  } as unknown as Snapshot;
}
