/**
 * Owns the checks that what a listener or route says goes with its mode, HTTP or TCP. It looks at the raw value, so that
 * mistakes elsewhere in an entry hide nothing.
 */

import { type Issue, issue, pointer } from '../document/issue.js';
import { problem, quote } from '../parsed.js';
import { urlOf } from './balancing.js';
import type { RawRoute, RawUpstream } from './generated-shape.js';
import { entriesOf, memberOf } from './members.js';
import { isTcpRoute } from './tcp-route.js';

const isTcpListener = (listener: unknown): boolean => memberOf(listener, 'mode') === 'tcp';

function misplaced(at: string, where: string): Issue {
  const key = quote(at.slice(at.lastIndexOf('/') + 1));
  const found = problem(`the key ${key}`, `no ${key} ${where}`, 'remove it');
  return issue('wrong-mode', at, found, { mark: 'key' });
}

const has = (value: unknown, key: string): boolean => memberOf(value, key) !== undefined;

function keysThatDoNotGo(entry: unknown, at: string, keys: readonly string[], where: string) {
  return keys.filter((key) => has(entry, key)).map((key) => misplaced(pointer(at, key), where));
}

const HTTP_LISTENER_KEYS = ['trustForwardedFor', 'forwardIdentity'];
const TCP_LISTENER_KEYS = ['alpn', 'startTls'];

function listenerIssues(value: unknown): Issue[] {
  return entriesOf(memberOf(value, 'listeners')).flatMap(([name, listener]) => {
    const at = pointer('/listeners', name);
    return isTcpListener(listener)
      ? keysThatDoNotGo(listener, at, HTTP_LISTENER_KEYS, 'with "mode": "tcp", which reads no HTTP')
      : keysThatDoNotGo(listener, at, TCP_LISTENER_KEYS, 'without "mode": "tcp"');
  });
}

// A route of one kind on a listener of the other would never be asked.
function listenersOfRoute(route: unknown, at: string, listeners: unknown): Issue[] {
  const own = memberOf(route, 'listeners');
  const isTcp = isTcpRoute(route);
  const fits = (listener: unknown): boolean => isTcpListener(listener) === isTcp;
  const kind = isTcp ? 'with "mode": "tcp"' : 'with "mode": "http"';
  if (!Array.isArray(own)) {
    if (own !== undefined || entriesOf(listeners).some(([, listener]) => fits(listener))) return [];
    const found = problem('no listener of the kind that this route needs', `a listener ${kind}`);
    return [issue('wrong-mode', at, found)];
  }
  return own.flatMap((name, index) => {
    const listener = typeof name === 'string' ? memberOf(listeners, name) : undefined;
    if (listener === undefined || fits(listener)) return [];
    const why = isTcp ? 'a route by "serverName"' : 'a route by "path"';
    const found = problem(`${quote(String(name))}, for ${why}`, `a listener ${kind}`);
    return [issue('wrong-mode', pointer(at, 'listeners', index), found)];
  });
}

function endpointIssues(route: unknown, at: string, upstreams: unknown): Issue[] {
  const name = memberOf(route, 'proxy');
  const upstream = typeof name === 'string' ? memberOf(upstreams, name) : undefined;
  const scheme = isTcpRoute(route) ? /^https?:\/\//i : /^tcp:\/\//i;
  const wrong = entriesOf(memberOf(upstream, 'endpoints'))
    .map(([, endpoint]) => urlOf(endpoint))
    .find((url) => typeof url === 'string' && scheme.test(url));
  if (wrong === undefined) return [];
  const wanted = isTcpRoute(route) ? '"tcp://HOST:PORT" or a unix socket' : 'an HTTP service';
  const found = problem(
    `the upstream ${quote(String(name))}, which has the endpoint ${quote(String(wrong))}`,
    `an upstream of ${wanted}`,
  );
  return [issue('wrong-mode', pointer(at, 'proxy'), found)];
}

type Goes<Raw> = Readonly<Record<keyof Raw, boolean>>;
const keysWithout = (goes: Readonly<Record<string, boolean>>): readonly string[] =>
  Object.keys(goes).filter((key) => goes[key] === false);

// What a route by server name takes. A new key does not compile before it is said here.
const GOES_WITH_TCP: Goes<RawRoute> = {
  name: true,
  listeners: true,
  match: true,
  allow: true,
  scopes: false,
  proxy: true,
  sendProxyProtocol: true,
  respond: false,
  health: false,
  rewrite: false,
  headers: false,
  upgrade: false,
  expect: false,
  refuseFields: false,
  limits: false,
  maintenance: false,
  forwardIdentity: false,
};

const MATCHES_TCP: Goes<RawRoute['match']> = {
  serverName: true,
  host: false,
  path: false,
  methods: false,
  trailingSlash: false,
  ignoreCase: false,
};

// What the upstream of such a route takes.
const CONNECTS_TCP: Goes<RawUpstream> = {
  endpoints: true,
  timeouts: true,
  maxIdle: true,
  balance: true,
  hashOn: true,
  failback: true,
  slowStart: true,
  health: true,
  ejection: true,
  retries: true,
  limits: true,
  resolve: true,
  tls: true,
  protocol: false,
  maintenance: false,
};

// No service is taken out of service in silence: TCP has no answer to give in its place.
function tcpUpstreamIssues(value: unknown): Issue[] {
  const upstreams = memberOf(value, 'upstreams');
  const routes = entriesOf(memberOf(value, 'routes')).map(([, route]) => route);
  const used = new Set(routes.filter(isTcpRoute).map((route) => memberOf(route, 'proxy')));
  return entriesOf(upstreams)
    .filter(([name]) => used.has(name))
    .flatMap(([name, upstream]) =>
      keysThatDoNotGo(
        upstream,
        pointer('/upstreams', name),
        keysWithout(CONNECTS_TCP),
        'on an upstream of a route by "serverName"',
      ),
    );
}

function routeIssues(value: unknown): Issue[] {
  const listeners = memberOf(value, 'listeners');
  return entriesOf(memberOf(value, 'routes')).flatMap(([index, route]) => {
    const at = pointer('/routes', index);
    const own = isTcpRoute(route)
      ? [
          ...keysThatDoNotGo(route, at, keysWithout(GOES_WITH_TCP), 'beside "serverName"'),
          ...keysThatDoNotGo(
            memberOf(route, 'match'),
            pointer(at, 'match'),
            keysWithout(MATCHES_TCP),
            'beside "serverName": a TCP connection has none',
          ),
        ]
      : keysThatDoNotGo(route, at, ['sendProxyProtocol'], 'without "serverName"');
    return [
      ...own,
      ...listenersOfRoute(route, at, listeners),
      ...endpointIssues(route, at, memberOf(value, 'upstreams')),
    ];
  });
}

/** modeIssues returns an issue for everything that goes with the other mode only. */
export function modeIssues(value: unknown): Issue[] {
  return [...listenerIssues(value), ...routeIssues(value), ...tcpUpstreamIssues(value)];
}
