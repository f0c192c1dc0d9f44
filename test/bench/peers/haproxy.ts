/**
 * Owns HAProxy as a peer.
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

const OTHER_CONNECTIONS = 100;

// Debian keeps it in a folder that is not in everybody's PATH.
function haproxyProgram(): string {
  return firstLine('haproxy', '-v') === undefined ? '/usr/sbin/haproxy' : 'haproxy';
}

function configuration(setup: PeerSetup): string {
  const { combined } = setup.server;
  return `global
  nbthread 1
  tune.ssl.cachesize 0
  tune.pool-low-fd-ratio 80
  tune.pool-high-fd-ratio 90
  maxconn ${setup.connections + OTHER_CONNECTIONS}
defaults
  mode http
  option http-ignore-probes
  timeout connect 10s
  timeout client 600s
  timeout server 600s
  timeout http-request 60s
  timeout http-keep-alive 600s
frontend edge
  bind 127.0.0.1:${setup.port} ssl crt ${combined} ca-file ${setup.pki.ca} verify required${setup.resumption ? '' : ' no-tls-tickets'} ssl-min-ver TLSv1.2${setup.http2 ? ' alpn h2,http/1.1' : ''}
  http-request return status 200 content-type application/json string '${STATIC_BODY}' if { path ${STATIC_PATH} }
  http-request deny status 404 unless { path ${PROXIED_PATH} } || { path_beg ${BODIES_PREFIX} }
  default_backend upstream
backend upstream
  http-reuse always
  server one 127.0.0.1:${setup.upstreamPort}
`;
}

function command(setup: PeerSetup): Command {
  const path = join(setup.directory, 'haproxy.cfg');
  writeFileSync(path, configuration(setup));
  return { program: haproxyProgram(), args: ['-db', '-q', '-f', path] };
}

export const haproxy: Peer = Object.freeze({
  name: 'haproxy',
  missing: () =>
    firstLine(haproxyProgram(), '-v') === undefined
      ? missingPackage('haproxy', 'haproxy')
      : undefined,
  http2: true,
  version: () => firstLine(haproxyProgram(), '-v') ?? '',
  command,
});
