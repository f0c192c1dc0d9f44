/**
 * Owns Caddy as a peer.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../processes.js';
import { firstLine, missingPackage } from '../programs.js';
import {
  BODIES_PREFIX,
  type Peer,
  type PeerSetup,
  PROXIED_PATH,
  STATIC_BODY,
  STATIC_PATH,
} from './peer.js';

const KEPT_CONNECTIONS = 1024;

function routes(setup: PeerSetup): readonly object[] {
  const body = {
    handler: 'static_response',
    status_code: 200,
    headers: { 'Content-Type': ['application/json'] },
    body: STATIC_BODY,
  };
  const proxy = {
    handler: 'reverse_proxy',
    upstreams: [{ dial: `127.0.0.1:${setup.upstreamPort}` }],
    transport: {
      protocol: 'http',
      compression: false,
      keep_alive: { max_idle_conns_per_host: KEPT_CONNECTIONS, idle_timeout: '600s' },
    },
  };
  return [
    { match: [{ path: [STATIC_PATH] }], handle: [body] },
    { match: [{ path: [PROXIED_PATH, `${BODIES_PREFIX}*`] }], handle: [proxy] },
    { handle: [{ handler: 'static_response', status_code: 404 }] },
  ];
}

// Clients come by address, without a server name, which strict_sni_host would refuse.
function edge(setup: PeerSetup): object {
  return {
    listen: [`127.0.0.1:${setup.port}`],
    protocols: ['h1'],
    strict_sni_host: false,
    automatic_https: { disable: true },
    idle_timeout: '600s',
    tls_connection_policies: [
      {
        protocol_min: 'tls1.2',
        client_authentication: {
          mode: 'require_and_verify',
          trusted_ca_certs_pem_files: [setup.pki.ca],
        },
      },
    ],
    routes: routes(setup),
  };
}

function configuration(setup: PeerSetup): object {
  const { certificate, key } = setup.server;
  return {
    admin: { disabled: true, config: { persist: false } },
    logging: { logs: { default: { level: 'ERROR', writer: { output: 'stderr' } } } },
    apps: {
      http: { servers: { edge: edge(setup) } },
      tls: {
        certificates: { load_files: [{ certificate, key }] },
        session_tickets: { disabled: !setup.resumption },
      },
    },
  };
}

function command(setup: PeerSetup): Command {
  const path = join(setup.directory, 'caddy.json');
  writeFileSync(path, JSON.stringify(configuration(setup), null, 2));
  return {
    program: 'caddy',
    args: ['run', '--config', path],
    env: { GOMAXPROCS: '1', HOME: setup.directory, XDG_DATA_HOME: setup.directory },
  };
}

export const caddy: Peer = Object.freeze({
  name: 'caddy',
  missing: () =>
    firstLine('caddy', 'version') === undefined ? missingPackage('caddy', 'caddy') : undefined,
  version: () => `Caddy ${firstLine('caddy', 'version') ?? ''}`,
  command,
});
