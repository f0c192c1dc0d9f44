/**
 * Owns the way back from an entry of a snapshot to the keys and units that its author wrote, for people to read. Pure. What is left
 * out, or is as if it were, is undefined; keys that it does not know stay as they are.
 */
import type { FixedResponse } from '../config/action.js';
import type { ApplicationConfig, ClientConfig, TcpRouteConfig } from '../config/config.js';
import { durationText, networkText, rateText, sizeText } from '../config/units.js';
import type { ConfiguredPin } from '../pins/pin.js';
import { pathText } from '../routing/path-pattern.js';
import { momentText } from '../timestamp.js';
import type {
  Snapshot,
  SnapshotListener,
  SnapshotOwnCertificate,
  SnapshotProxy,
  SnapshotRoute,
  SnapshotTrust,
  SnapshotUpstream,
  SnapshotUpstreamTls,
} from './snapshot.js';

type Entry = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unlessEmpty = <T extends object>(value: T): T | undefined =>
  Object.keys(value).length === 0 ? undefined : value;
const unlessNull = <T>(value: T | null): T | undefined => value ?? undefined;
const unlessZero = (value: number): number | undefined => (value === 0 ? undefined : value);

// The snapshot's names of quantities end with their unit.
function inUnits(entry: Entry): Entry {
  const members = Object.entries(entry).map(([key, value]): [string, unknown] => {
    if (isRecord(value)) return [key, inUnits(value)];
    if (typeof value !== 'number') return [key, value];
    if (key.endsWith('Ms')) return [key.slice(0, -'Ms'.length), durationText(value)];
    if (key.endsWith('Seconds'))
      return [key.slice(0, -'Seconds'.length), durationText(value * 1000)];
    return [key, /Bytes(?:PerSecond)?$/.test(key) ? sizeText(value) : value];
  });
  return Object.fromEntries(members);
}

type Edits = SnapshotProxy['headers']['request'];

const editsOf = ({ set, add, remove }: Edits): Entry => ({
  set: unlessEmpty(Object.fromEntries(set)),
  add: unlessEmpty(Object.fromEntries(add)),
  remove: unlessEmpty(remove),
});

function proxied(action: SnapshotProxy, { path }: SnapshotRoute) {
  const { upstream, rewrite, headers, keepFields, expect, upgrade } = action;
  const segments = path.segments.slice(0, rewrite.stripSegments);
  const stripped = { segments, trailingSlash: false, prefix: false };
  return {
    proxy: upstream,
    rewrite: {
      stripPrefix: segments.length === 0 ? undefined : pathText(stripped),
      addPrefix: rewrite.addPrefix === '' ? undefined : rewrite.addPrefix,
      host: rewrite.host,
    },
    headers: {
      request: { ...editsOf(headers.request), keep: unlessEmpty(keepFields) },
      response: editsOf(headers.response),
    },
    expect,
    upgrade: unlessEmpty(upgrade),
  };
}

// A body that is not what its Content-Type says was written as text.
function contentOf({ fields, body }: FixedResponse): Entry {
  const isJson = fields.some(
    ([name, value]) => /^content-type$/i.test(name) && value.includes('json'),
  );
  if (body === '') return {};
  try {
    return isJson ? { json: JSON.parse(body) } : { text: body };
  } catch {
    return { text: body };
  }
}

function responded(action: FixedResponse): Entry {
  const { status, fields } = action;
  const headers = unlessEmpty(Object.fromEntries(fields));
  return { respond: { status, headers, ...contentOf(action) } };
}

function actionOf(route: SnapshotRoute): Entry {
  const { action } = route;
  switch (action.kind) {
    case 'proxy':
      return proxied(action, route);
    case 'respond':
      return responded(action);
    case 'live':
      return { health: 'live' };
    case 'ready':
      return { health: { ready: action.upstreams } };
  }
}

function route(entry: SnapshotRoute): Entry {
  const {
    host,
    path,
    methods,
    action: _,
    bodyBytes,
    forwardIdentity,
    refuseFields,
    scopes,
    ...rest
  } = entry;
  return {
    ...rest,
    scopes: unlessEmpty(scopes),
    match: {
      host: unlessNull(host),
      path: pathText(path),
      trailingSlash: path.anySlash === true ? 'same' : undefined,
      ignoreCase: path.anyCase === true ? true : undefined,
      methods: unlessNull(methods),
    },
    ...actionOf(entry),
    limits: { bodyBytes: bodyBytes === null ? undefined : sizeText(bodyBytes) },
    forwardIdentity: unlessNull(forwardIdentity),
    refuseFields: unlessEmpty(refuseFields),
  };
}

function tcpRoute({ serverName, upstream, sendProxyProtocol, ...rest }: TcpRouteConfig): Entry {
  const match = { serverName: serverName ?? '*' };
  return { ...rest, match, proxy: upstream, sendProxyProtocol: unlessNull(sendProxyProtocol) };
}

function limitsOf(limits: SnapshotListener['limits']): Entry {
  const { connectionsPerAddress, handshakesPerAddress, handshakePeriodMs, ...rest } = limits;
  const isLimited = handshakesPerAddress > 0;
  const isUsual = rest.handshakeBurst === handshakesPerAddress;
  return {
    ...inUnits({ ...rest }),
    connectionsPerAddress: unlessZero(connectionsPerAddress),
    handshakesPerAddress: isLimited ? rateText(handshakesPerAddress, handshakePeriodMs) : undefined,
    handshakeBurst: isUsual ? undefined : rest.handshakeBurst,
  };
}

const pinOf = ({ label, notBefore, expires, ...rest }: ConfiguredPin): Entry => ({
  ...rest,
  label: label === '' ? undefined : label,
  notBefore: notBefore === null ? undefined : momentText(notBefore),
  expires: expires === null ? undefined : momentText(expires),
});

const client = ({ pins, scopes, ...rest }: ClientConfig): Entry => ({
  ...rest,
  scopes: unlessEmpty(scopes),
  pins: pins === null ? undefined : pins.map(pinOf),
});

const application = ({ scopes, ...rest }: ApplicationConfig): Entry => ({
  ...rest,
  scopes: unlessEmpty(scopes),
});

const withKeyPath = <C extends SnapshotOwnCertificate>({ key, ...rest }: C) => ({
  ...rest,
  key: key.secret,
});

function listener(entry: SnapshotListener): Entry {
  const { address, port, front, names, limits, timeouts, certificates, ...rest } = entry;
  const { mode, alpn, startTls, proxyFrom, forwardedFrom } = front;
  const rulesOf = ({ name, at: _, ...rules }: (typeof names)[number]) => [name, rules] as const;
  return {
    ...rest,
    certificates: certificates.map(withKeyPath),
    bind: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    mode,
    alpn: unlessEmpty(alpn),
    startTls: unlessNull(startTls),
    proxyProtocol: { from: unlessEmpty(proxyFrom.map(networkText)) },
    trustForwardedFor: unlessEmpty(forwardedFrom.map(networkText)),
    names: Object.fromEntries(names.map(rulesOf)),
    limits: limitsOf(limits),
    timeouts: inUnits({ ...timeouts }),
  };
}

function endpointUrl(endpoint: SnapshotUpstream['endpoints'][number]): string {
  if (endpoint.kind === 'unix') return `unix:${endpoint.path}`;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  const scheme = endpoint.kind === 'tls' ? 'https://' : '';
  return `${scheme}${host}:${endpoint.port}`;
}

function endpointOf(endpoint: SnapshotUpstream['endpoints'][number]): Entry {
  const { weight, backup } = endpoint;
  return {
    url: endpointUrl(endpoint),
    weight: weight === 1 ? undefined : weight,
    backup: backup || undefined,
  };
}

function healthOf({ health }: SnapshotUpstream): Entry | undefined {
  if (health === null) return undefined;
  const { target, host, expectFrom, expectTo, ...rest } = health;
  const expect = [expectFrom, expectTo];
  return { ...inUnits({ ...rest }), path: unlessNull(target), host: unlessNull(host), expect };
}

function balancingOf({ balancing, ejection, retries, limits }: SnapshotUpstream): Entry {
  const { policy, hashHeader, failback, slowStartMs } = balancing;
  const { onConnect, onReset, ...budget } = retries;
  return {
    balance: policy,
    hashOn: hashHeader === null ? undefined : { header: hashHeader },
    failback,
    slowStart: durationText(slowStartMs),
    ejection: ejection !== null && {
      failures: ejection.failures,
      time: durationText(ejection.baseMs),
      maxTime: durationText(ejection.mostMs),
      maxPercent: ejection.mostPercent,
    },
    retries: { ...budget, on: [...(onConnect ? ['connect'] : []), ...(onReset ? ['reset'] : [])] },
    limits: {
      connections: unlessZero(limits.connections),
      requests: unlessZero(limits.requests),
      queue: limits.queue,
      queueTimeout: durationText(limits.queueMs),
    },
  };
}

const upstreamTls = ({ certificate, pins, ...rest }: SnapshotUpstreamTls): Entry => ({
  ...rest,
  serverName: unlessNull(rest.serverName),
  pins: unlessEmpty(pins.map(pinOf)),
  certificate: certificate === null ? undefined : withKeyPath(certificate),
});

function upstream(entry: SnapshotUpstream): Entry {
  const { connectMs, responseMs, idleMs, keepAliveMs, resolveMs, endpoints, ...rest } = entry;
  const { balancing: _, tls, ...others } = rest;
  return {
    ...others,
    endpoints: endpoints.map(endpointOf),
    tls: tls === null ? undefined : upstreamTls(tls),
    timeouts: inUnits({ connectMs, responseMs, idleMs, keepAliveMs }),
    ...balancingOf(entry),
    health: healthOf(entry),
    resolve: { interval: durationText(resolveMs) },
  };
}

function trust({ pinned: _, revocation, deny, selfSigned, ...rest }: SnapshotTrust): Entry {
  const denied = deny.map(({ kind, value }) => `${kind}:${value}`);
  const members = { ...rest, selfSigned: selfSigned || undefined, deny: unlessEmpty(denied) };
  if (revocation === null) return { ...members, crl: undefined };
  const { graceSeconds, whenStale, leafOnly, acceptUnlistedIssuers, acceptUnnumbered } = revocation;
  const settings = {
    whenStale: whenStale === 'grace' ? `grace:${durationText(graceSeconds * 1000)}` : whenStale,
    check: leafOnly ? 'leaf' : 'path',
    unlistedIssuers: acceptUnlistedIssuers ? 'accept' : 'reject',
    unnumbered: acceptUnnumbered ? 'accept' : 'reject',
  };
  return { ...members, crl: { files: revocation.files, ...settings } };
}

/** SECTIONS are the lists of a snapshot, and what one of their entries is called. */
export const SECTIONS: Readonly<Record<string, string>> = {
  trust: 'trust bundle',
  clients: 'client',
  applications: 'application',
  upstreams: 'upstream',
  listeners: 'listener',
  routes: 'route',
  tcpRoutes: 'TCP route',
};

const ENTRIES: Readonly<Record<string, (entry: never) => Entry>> = {
  trust,
  clients: client,
  applications: application,
  upstreams: upstream,
  listeners: listener,
  routes: route,
  tcpRoutes: tcpRoute,
};

/** asConfigured gives an entry of a section of the snapshot the words of the configuration. */
export function asConfigured(section: string, entry: Entry): Entry {
  const turn = ENTRIES[section];
  return turn === undefined ? entry : turn(entry as never);
}

/** settingsOf are what a snapshot has once, by the configuration's names. */
export function settingsOf(snapshot: Snapshot): Entry {
  const { drainMs, tickets, cryptoProvider, accessLog, ...rest } = snapshot;
  const others = Object.entries(rest).filter(([key]) => !Object.hasOwn(SECTIONS, key));
  return {
    ...Object.fromEntries(others),
    drainTimeout: durationText(drainMs),
    tickets: inUnits({ ...tickets }),
    crypto: { provider: cryptoProvider },
    log: { access: accessLog },
  };
}
