/**
 * Owns HAProxy and nginx as they judge client certificates: a program with one path for each rule, which answers 200 to
 * whom the rule admits and 403 to others. They listen on Unix sockets, so that no port is taken meanwhile.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programsMissing, type RunningProgram, runProgram } from './debian-programs.js';
import { type Credentials, makeFolder } from './gateway.js';

/** A judge is a running program, and where to reach it. */
export interface Judge {
  readonly program: RunningProgram;
  readonly socketPath: string;
}

// Debian keeps them in a folder that is not in everybody's PATH.
const HAPROXY = '/usr/sbin/haproxy';
const NGINX = '/usr/sbin/nginx';

export const judgesMissing = programsMissing({ [HAPROXY]: 'haproxy', [NGINX]: 'nginx' });

interface Site {
  readonly folder: string;
  readonly socketPath: string;
}

function makeSite({ authority, server }: Credentials): Site {
  const folder = makeFolder();
  writeFileSync(join(folder, 'ca.crt'), authority.pem);
  writeFileSync(join(folder, 'server.pem'), server.pem + server.keyPem, { mode: 0o600 });
  return { folder, socketPath: join(folder, 'tls.sock') };
}

// A rule of several conditions has its braces already.
const braced = (rule: string): string => (/^!?\{/.test(rule) ? rule : `{ ${rule} }`);

/** startHaproxy judges by conditions of an `acl`, at /0 by the first and so on. */
export async function startHaproxy(
  credentials: Credentials,
  rules: readonly string[],
): Promise<Judge> {
  const { folder, socketPath } = makeSite(credentials);
  const admit = rules.map(
    (rule, at) => `  http-request return status 200 if { path /${at} } ${braced(rule)}`,
  );
  writeFileSync(
    join(folder, 'haproxy.cfg'),
    `defaults
  mode http
  timeout client 600s
  timeout http-keep-alive 600s
frontend edge
  bind unix@${socketPath} ssl crt ${folder}/server.pem ca-file ${folder}/ca.crt verify required
${admit.join('\n')}
  http-request deny
`,
  );
  const program = runProgram(HAPROXY, ['-W', '-f', join(folder, 'haproxy.cfg')], { cwd: folder });
  await program.errors.findText((text) => text.includes('Loading success'));
  return { program, socketPath };
}

// A worker that gives up being root could not read the folder, which is its owner's alone.
const USER = process.getuid?.() === 0 ? 'user root;' : '';

/** startNginx judges by conditions of `if`, at /0 by the first and so on. */
export async function startNginx(
  credentials: Credentials,
  rules: readonly string[],
): Promise<Judge> {
  const { folder, socketPath } = makeSite(credentials);
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  for (const kind of kinds) mkdirSync(join(folder, kind));
  const admit = rules.map(
    (rule, at) => `    location = /${at} { if (${rule}) { return 200; } return 403; }`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${USER}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr notice;
events { }
http {
  access_log off;
  keepalive_timeout 600s;
${kinds.map((kind) => `  ${kind}_temp_path ${folder}/${kind};`).join('\n')}
  server {
    listen unix:${socketPath} ssl;
    ssl_certificate ${folder}/server.pem;
    ssl_certificate_key ${folder}/server.pem;
    ssl_client_certificate ${folder}/ca.crt;
    ssl_verify_client on;
${admit.join('\n')}
  }
}
`,
  );
  const args = ['-e', 'stderr', '-c', join(folder, 'nginx.conf'), '-p', folder];
  const program = runProgram(NGINX, args, { cwd: folder });
  await program.errors.findText((text) => text.includes('start worker process '));
  return { program, socketPath };
}
