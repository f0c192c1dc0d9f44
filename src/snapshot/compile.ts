/**
 * Owns the way from a typed Config to the snapshot. Pure: what is in the files comes in as Material.
 */
import { type Action, proxyOf } from '../config/action.js';
import {
  type Config,
  type FileAt,
  type ListenerConfig,
  NO_TRUST,
  type OwnCertificateConfig,
  type RevocationConfig,
  type RouteConfig,
  type SecretFile,
  type TrustConfig,
  type UpstreamConfig,
  type UpstreamTlsConfig,
} from '../config/config.js';
import { GUARDED_FIELDS } from '../config/generated-validator.js';
import type { Material } from '../config/material.js';
import type { Issue } from '../document/issue.js';
import { validated } from '../parsed.js';
import { checkParts } from './check-parts.js';
import { clientWarnings } from './client-rules.js';
import { compileAction } from './compile-action.js';
import { findUnused } from './find-unused.js';
import { scopeWarnings } from './scope-rules.js';
import { pinnedCertificates } from './self-signed.js';
import { allRules } from './server-name-rules.js';
import {
  SNAPSHOT_FORMAT,
  type Snapshot,
  type SnapshotCertificateFile,
  type SnapshotListener,
  type SnapshotOwnCertificate,
  type SnapshotRevocation,
  type SnapshotRoute,
  type SnapshotSecretFile,
  type SnapshotTrust,
  type SnapshotUpstream,
  type SnapshotUpstreamTls,
} from './snapshot.js';

/** CompileOutcome is the snapshot with its warnings, or every error. */
export type CompileOutcome =
  | { readonly ok: true; readonly snapshot: Snapshot; readonly warnings: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** compile turns a configuration into the snapshot. `material` must be of this very configuration. */
export function compile(config: Config, material: Material): CompileOutcome {
  const issues = checkParts(config, material);
  if (issues.length > 0) return Object.freeze({ ok: false, issues: Object.freeze(issues) });
  const snapshot = Object.freeze({
    format: SNAPSHOT_FORMAT,
    workers: config.workers,
    drainMs: config.drainMs,
    tickets: config.tickets,
    cryptoProvider: config.cryptoProvider,
    accessLog: config.accessLog,
    via: config.via,
    guardedFields: GUARDED_FIELDS,
    trust: Object.freeze([
      ...frozen(config.trust, (trust) => compileTrust(trust, config, material)),
      ...emptyTrust(config),
    ]),
    clients: config.clients,
    applications: config.applications,
    upstreams: frozen(config.upstreams, (upstream) => compileUpstream(upstream, material)),
    listeners: frozen(config.listeners, (listener) => compileListener(listener, material)),
    routes: frozen(config.routes, (route) => compileRoute(route, config)),
    tcpRoutes: config.tcpRoutes,
  });
  const warnings = Object.freeze([
    ...findUnused(config),
    ...clientWarnings(config.clients),
    ...scopeWarnings(config),
  ]);
  return Object.freeze({ ok: true, snapshot, warnings });
}

function frozen<T, U extends object>(list: readonly T[], turn: (item: T) => U): readonly U[] {
  return Object.freeze(list.map((item) => Object.freeze(turn(item))));
}

// A file that could not be used was reported by checkParts, and compile has ended before this.
function certificateFile({ path }: FileAt, material: Material): SnapshotCertificateFile {
  const looked = material.certificates.get(path);
  if (looked === undefined) throw new TypeError(`the material lacks ${path}`);
  return Object.freeze({ path, sha256: validated(looked) });
}

const secretFile = ({ secret }: SecretFile): SnapshotSecretFile => Object.freeze({ secret });

function compileTrust(entry: TrustConfig, config: Config, material: Material): SnapshotTrust {
  const { name, at, selfSigned, ca, revocation, ...rest } = entry;
  return {
    name,
    at,
    selfSigned,
    ca: frozen(ca, (file) => certificateFile(file, material)),
    pinned: pinnedCertificates(entry, config),
    revocation: revocation === null ? null : compileRevocation(revocation),
    ...rest,
  };
}

// The digest of no bytes at all, which no certificate has.
const NOBODY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

// What asks no client for a certificate needs no bundle, but the data plane knows a bundle for each: one that trusts nobody.
function emptyTrust({ listeners }: Config): readonly SnapshotTrust[] {
  const asking = listeners.find((one) => allRules(one).some(({ trust }) => trust === NO_TRUST));
  if (asking === undefined) return [];
  const anchor = Object.freeze({ sha256: NOBODY, notBefore: null, expires: null });
  return [
    Object.freeze({
      ...{ name: NO_TRUST, at: asking.at, selfSigned: true, ca: Object.freeze([]) },
      ...{ pinned: Object.freeze([anchor]), revocation: null, deny: Object.freeze([]) },
      ...{ minRsaBits: 2048, maxDepth: 8 },
    }),
  ];
}

function compileRevocation({ files, ...settings }: RevocationConfig): SnapshotRevocation {
  return Object.freeze({ files: Object.freeze(files.map(({ path }) => path)), ...settings });
}

function compileUpstream(upstream: UpstreamConfig, material: Material): SnapshotUpstream {
  const { name, at, endpoints, protocol, tls, maintenance: _, ...bounds } = upstream;
  const secured = tls === null ? null : Object.freeze(compileUpstreamTls(tls, material));
  return { name, at, endpoints, protocol, tls: secured, ...bounds };
}

function compileUpstreamTls(tls: UpstreamTlsConfig, material: Material): SnapshotUpstreamTls {
  const { at: _, trust, serverName, certificate, ...rest } = tls;
  const own =
    certificate === null ? null : Object.freeze(compileCertificate(certificate, material));
  return { trust, serverName, certificate: own, ...rest };
}

function compileCertificate(
  { at, cert, key }: OwnCertificateConfig,
  material: Material,
): SnapshotOwnCertificate {
  return { at, chain: certificateFile(cert, material), key: secretFile(key) };
}

// What is said of a listener goes on as it is, but for where its files are.
function compileListener(listener: ListenerConfig, material: Material): SnapshotListener {
  const { name, at, bind, front, certificates, ...rest } = listener;
  return {
    name,
    at,
    address: bind.address,
    port: bind.port,
    front,
    certificates: frozen(certificates, ({ names, ...own }) => ({
      ...compileCertificate(own, material),
      names,
    })),
    ...rest,
  };
}

// Maintenance is a fixed response in place of what the route does: the data plane has no word for it.
function actionOf({ action, maintenance }: RouteConfig, { upstreams }: Config): Action {
  const name = proxyOf(action)?.upstream;
  const service = upstreams.find((upstream) => upstream.name === name);
  return maintenance ?? service?.maintenance ?? action;
}

function compileRoute(route: RouteConfig, config: Config): SnapshotRoute {
  const {
    name,
    at,
    listeners,
    host,
    path,
    methods,
    allow,
    scopes,
    action: _,
    maintenance: __,
    ...kept
  } = route;
  const action = compileAction(actionOf(route, config), config.routes);
  return { name, at, listeners, host, path, methods, allow, scopes, action, ...kept };
}
