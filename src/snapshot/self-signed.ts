/**
 * Owns what "selfSigned" asks for: which clients a bundle admits, and that each of them is pinned by a whole certificate,
 * which is the anchor in the place of an authority. Pure.
 */
import type {
  ClientConfig,
  ConfigParts,
  ListenerConfig,
  RouteConfig,
  TcpRouteConfig,
  TrustConfig,
} from '../config/config.js';
import { type Issue, issue, pointer } from '../document/issue.js';
import { problem, quote } from '../parsed.js';
import { rulesFor } from './server-name-rules.js';
import type { SnapshotAnchor } from './snapshot.js';

type Parts = Pick<ConfigParts, 'clients' | 'listeners' | 'routes' | 'tcpRoutes'>;

// Clients that some route allows on a listener with this bundle, in the order of the file.
function admitted({ name }: TrustConfig, parts: Parts): ClientConfig[] {
  const { clients, listeners } = parts;
  const leadsHere = (route: RouteConfig | TcpRouteConfig, listener: ListenerConfig): boolean =>
    route.listeners.includes(listener.name) &&
    rulesFor(route, listener).some(({ trust }) => trust === name);
  const reached = [...parts.routes, ...parts.tcpRoutes].filter((route) =>
    listeners.some((listener) => leadsHere(route, listener)),
  );
  const named = new Set(
    reached.flatMap(({ allow }) => (typeof allow === 'string' ? [] : allow.clients)),
  );
  return clients.filter((client) => named.has(client.name));
}

const anchorsOf = ({ pins }: ClientConfig): SnapshotAnchor[] =>
  (pins ?? [])
    .filter(({ kind }) => kind === 'sha256')
    .map(({ value, notBefore, expires }) => Object.freeze({ sha256: value, notBefore, expires }));

const keyOf = ({ sha256, notBefore, expires }: SnapshotAnchor): string =>
  [sha256, notBefore ?? '', expires ?? ''].join(' ');

/**
 * pinnedCertificates lists the anchors of a self-signed bundle, sorted, each period once; of another, none. When each of
 * them counts is decided at the time of verification: nothing is left out here for being out of its time now.
 */
export function pinnedCertificates(trust: TrustConfig, parts: Parts): readonly SnapshotAnchor[] {
  if (!trust.selfSigned) return Object.freeze([]);
  const anchors = admitted(trust, parts).flatMap(anchorsOf);
  const byKey = new Map(anchors.map((anchor) => [keyOf(anchor), anchor]));
  return Object.freeze([...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []));
}

/** selfSignedIssues returns an issue for every client that a self-signed bundle could never admit. */
export function selfSignedIssues(trust: TrustConfig, parts: Parts): Issue[] {
  if (!trust.selfSigned) return [];
  const clients = admitted(trust, parts);
  if (clients.length === 0) return [nobody(trust)];
  return clients
    .filter((client) => anchorsOf(client).length === 0)
    .map((client) => withoutAnchor(client, trust));
}

function nobody({ name, at }: TrustConfig): Issue {
  const found = problem(
    `no client that a route allows on a listener with the trust ${quote(name)}`,
    'at least one, whose pinned certificate is the anchor of a "selfSigned" bundle',
    'name the clients in the "allow" of a route: "any-trusted" alone pins nobody',
  );
  return issue('self-signed-needs-pin', pointer(at, 'selfSigned'), found);
}

function withoutAnchor(client: ClientConfig, trust: TrustConfig): Issue {
  const found = problem(
    `no SHA-256 pin of a whole certificate, and the trust ${quote(trust.name)} is "selfSigned"`,
    'at least one such as "sha256:9F:86:…": where there is no authority, the certificate is the anchor',
    'print it with: pinlatch pin CERT',
  );
  const at = client.pins === null ? client.at : pointer(client.at, 'pins');
  return issue('self-signed-needs-pin', at, found);
}
