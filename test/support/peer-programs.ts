/**
 * Owns the start of HAProxy and nginx in a folder of their own, whatever they are told there. What they are to do is for others.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programsMissing, type RunningProgram, runProgram } from './debian-programs.js';

// Debian keeps them in a folder that is not in everybody's PATH.
const HAPROXY = '/usr/sbin/haproxy';
const NGINX = '/usr/sbin/nginx';

/** peersMissing says which of these and of other programs (by what they belong to) are not here. */
export const peersMissing = (others: Readonly<Record<string, string>> = {}) =>
  programsMissing({ [HAPROXY]: 'haproxy', [NGINX]: 'nginx', ...others });

/** runHaproxy resolves when HAProxy serves by this configuration. */
export async function runHaproxy(folder: string, configuration: string): Promise<RunningProgram> {
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, configuration);
  const program = runProgram(HAPROXY, ['-W', '-f', file], { cwd: folder });
  await program.errors.findText((text) => text.includes('Loading success'));
  return program;
}

const KINDS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
// A worker that gives up being root could not read the folder, which is its owner's alone.
const USER = process.getuid?.() === 0 ? 'user root;' : '';

/** runNginx resolves when nginx serves by what stands in `http`. */
export async function runNginx(folder: string, http: string): Promise<RunningProgram> {
  for (const kind of KINDS) mkdirSync(join(folder, kind));
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `${USER}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr notice;
events { }
http {
  access_log off;
${KINDS.map((kind) => `  ${kind}_temp_path ${folder}/${kind};`).join('\n')}
${http}
}
`,
  );
  const program = runProgram(NGINX, ['-e', 'stderr', '-c', file, '-p', folder], { cwd: folder });
  await program.errors.findText((text) => text.includes('start worker process '));
  return program;
}
