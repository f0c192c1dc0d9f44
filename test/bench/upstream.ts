/**
 * Owns the one upstream that all peers proxy to: nginx with a fixed answer and files for large ones, on the client's CPU.
 */
import { randomFillSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { nginxCommand } from './peers/nginx.js';
import { BODIES, BODIES_PREFIX } from './peers/peer.js';
import { freePort } from './ports.js';
import { type Running, start, until } from './processes.js';

export const UPSTREAM_BODY = '{"name":"John Doe","id":"123"}';

const CONNECTIONS = 2000;
const START_MS = 10_000;

export interface Upstream {
  readonly port: number;
  readonly running: Running;
  /** How many connections it has accepted so far, this question's own included. */
  accepted(): Promise<number>;
}

function fetchText(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text)).on('error', reject);
    }).on('error', reject);
  });
}

async function accepted(port: number): Promise<number> {
  const text = await fetchText(port, '/status');
  const count = /requests\s+(\d+)/.exec(text)?.[1];
  if (count === undefined) {
    throw new Error(`the upstream's status page is not as expected: ${text}`);
  }
  return Number(count);
}

function writeBodies(root: string): void {
  mkdirSync(join(root, BODIES_PREFIX), { recursive: true });
  for (const { path, bytes } of BODIES) {
    writeFileSync(join(root, path), randomFillSync(new Uint8Array(bytes)));
  }
}

/** startUpstream starts it in a new folder of `directory` and waits until it answers. */
export async function startUpstream(directory: string, cpu: number): Promise<Upstream> {
  const folder = join(directory, 'upstream');
  const root = join(folder, 'files');
  writeBodies(root);
  const port = await freePort();
  const http = `  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { default_type application/json; return 200 '${UPSTREAM_BODY}'; }
    location = /status { stub_status; }
    location ${BODIES_PREFIX} { root ${root}; sendfile on; tcp_nopush on; open_file_cache max=10; }
  }
`;
  const running = start(nginxCommand(folder, http, CONNECTIONS), { cpu });
  const answers = async (): Promise<boolean> =>
    (await fetchText(port, '/').catch(() => '')) === UPSTREAM_BODY;
  await until(answers, { what: 'the upstream does not answer', running, ms: START_MS });
  return Object.freeze({ port, running, accepted: () => accepted(port) });
}
