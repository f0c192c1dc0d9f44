/**
 * Owns HAProxy and nginx as they judge client certificates: a program with one path for each rule, which answers 200 to
 * whom the rule admits and 403 to others. They listen on Unix sockets, so that no port is taken meanwhile.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningProgram } from './debian-programs.js';
import { type Credentials, makeFolder } from './gateway.js';
import { peersMissing, runHaproxy, runNginx } from './peer-programs.js';

/** A judge is a running program, and where to reach it. */
export interface Judge {
  readonly program: RunningProgram;
  readonly socketPath: string;
}

export const judgesMissing = peersMissing();

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
  const program = await runHaproxy(
    folder,
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
  return { program, socketPath };
}

/** startNginx judges by conditions of `if`, at /0 by the first and so on. */
export async function startNginx(
  credentials: Credentials,
  rules: readonly string[],
): Promise<Judge> {
  const { folder, socketPath } = makeSite(credentials);
  const admit = rules.map(
    (rule, at) => `    location = /${at} { if (${rule}) { return 200; } return 403; }`,
  );
  const program = await runNginx(
    folder,
    `  keepalive_timeout 600s;
  server {
    listen unix:${socketPath} ssl;
    ssl_certificate ${folder}/server.pem;
    ssl_certificate_key ${folder}/server.pem;
    ssl_client_certificate ${folder}/ca.crt;
    ssl_verify_client on;
${admit.join('\n')}
  }`,
  );
  return { program, socketPath };
}
