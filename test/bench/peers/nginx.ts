/**
 * Owns nginx as a peer and the parts of its configuration that the bench's upstream shares.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../processes.js';
import { firstLine, missingPackage } from '../programs.js';
import {
  BODIES_PREFIX,
  growthPaths,
  type Peer,
  type PeerSetup,
  PROXIED_PATH,
  STATIC_BODY,
  STATIC_PATH,
} from './peer.js';

const OTHER_FILES = 200;

// A worker that gives up being root could not read the run's folder, which is its owner's alone.
const USER = process.getuid?.() === 0 ? 'user root;\n' : '';

// What Debian's nginx.conf says; the time for a handshake is then nginx's own, 60 s.
const SHIPPED_ROOM = 'events { worker_connections 768; }';

function roomFor(connections: number): string {
  const most = 2 * connections + OTHER_FILES;
  return `worker_rlimit_nofile ${most};\nevents { worker_connections ${most}; }`;
}

/** nginxCommand writes nginx.conf around the `http` block's content: one worker, no log but errors. */
export function nginxCommand(directory: string, http: string, connections: number): Command {
  return commandWith(directory, http, roomFor(connections));
}

function commandWith(directory: string, http: string, room: string): Command {
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) {
    mkdirSync(join(directory, name));
  }
  const path = join(directory, 'nginx.conf');
  writeFileSync(
    path,
    `${USER}daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log stderr warn;
${room}
http {
  access_log off;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
${http}}
`,
  );
  return { program: nginxProgram(), args: ['-e', 'stderr', '-c', path, '-p', directory] };
}

// Debian keeps it in a folder that is not in everybody's PATH.
function nginxProgram(): string {
  return firstLine('nginx', '-v') === undefined ? '/usr/sbin/nginx' : 'nginx';
}

function answer(path: string): string {
  return `location = ${path} { default_type application/json; return 200 '${STATIC_BODY}'; }`;
}

function passOn(location: string): string {
  return `location ${location} {
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_max_temp_file_size 0;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
    }`;
}

function gateway(setup: PeerSetup): string {
  const paths = [STATIC_PATH, ...growthPaths(setup.routes)];
  return `  upstream backend {
    server 127.0.0.1:${setup.upstreamPort};
    keepalive 1024;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
  }
  server {
    listen 127.0.0.1:${setup.port} ssl${setup.http2 ? ' http2' : ''} backlog=4096;
    ssl_certificate ${setup.server.certificate};
    ssl_certificate_key ${setup.server.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_client_certificate ${setup.pki.ca};
    ssl_verify_client on;
    ssl_session_cache off;
    ssl_session_tickets ${setup.resumption ? 'on' : 'off'};
    ssl_conf_command NumTickets ${setup.resumption ? 1 : 0};
    ${paths.map(answer).join('\n    ')}
    ${passOn(`= ${PROXIED_PATH}`)}
    ${passOn(BODIES_PREFIX)}
  }
`;
}

export const nginx: Peer = Object.freeze({
  name: 'nginx',
  missing: () =>
    firstLine(nginxProgram(), '-v') === undefined ? missingPackage('nginx', 'nginx') : undefined,
  version: () => firstLine(nginxProgram(), '-v') ?? '',
  grows: true,
  http2: true,
  ownLimits: true,
  answersStrangers: true,
  command: (setup: PeerSetup) =>
    commandWith(
      setup.directory,
      gateway(setup),
      setup.ownLimits ? SHIPPED_ROOM : roomFor(setup.connections),
    ),
});
