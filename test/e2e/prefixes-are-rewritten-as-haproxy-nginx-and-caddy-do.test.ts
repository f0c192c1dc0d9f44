import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'tap';
import { call } from '../support/client.js';
import { type RunningProgram, runProgram } from '../support/debian-programs.js';
import { makeCredentials, makeFolder, startGateway, usualConfig } from '../support/gateway.js';
import { peersMissing, runHaproxy, runNginx } from '../support/peer-programs.js';

const skip = peersMissing({ caddy: 'caddy' });

/** cellsOf are the settings of a row of docs/proxying.md. */
function cellsOf(wanted: string) {
  const text = readFileSync(new URL('../../docs/proxying.md', import.meta.url), 'utf8');
  const line = text.split('\n').find((each) => each.startsWith(`| ${wanted} |`)) ?? '';
  const [, pinlatch = '', nginx = '', haproxy = '', caddy = ''] = line
    .split(' | ')
    .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code).join('\n'));
  return { pinlatch: JSON.parse(`{${pinlatch}}`), nginx, haproxy, caddy };
}

type Start = (
  socketPath: string,
  folder: string,
  port: number,
  rule: string,
) => Promise<RunningProgram>;

const startHaproxy: Start = (socketPath, folder, port, rule) =>
  runHaproxy(
    folder,
    `defaults
  mode http
  timeout connect 600s
  timeout client 600s
  timeout server 600s
frontend edge
  bind unix@${socketPath}
  http-request deny unless { path /api } || { path_beg /api/ }
  ${rule}
  default_backend crm
backend crm
  server one 127.0.0.1:${port}
`,
  );

const startNginx: Start = (socketPath, folder, port, rule) => {
  const location = rule.startsWith('location') ? rule : `location /api/ { ${rule} }`;
  return runNginx(
    folder,
    `  upstream crm { server 127.0.0.1:${port}; }
  server {
    listen unix:${socketPath};
    ${location}
    location / { return 403; }
  }`,
  );
};

const startCaddy: Start = async (socketPath, folder, port, rule) => {
  writeFileSync(
    join(folder, 'Caddyfile'),
    `{
  admin off
  auto_https off
}
http:// {
  bind unix/${socketPath}
  @api path /api /api/*
  handle @api {
    ${rule.replaceAll('\n', '\n    ')}
    reverse_proxy 127.0.0.1:${port}
  }
  respond 403
}
`,
  );
  const args = ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'];
  // It keeps what it was told in the user's own folder otherwise.
  const own = [`XDG_CONFIG_HOME=${folder}`, `XDG_DATA_HOME=${folder}`, 'caddy'];
  const program = runProgram('env', [...own, ...args], { cwd: folder });
  await program.errors.findText((text) => text.includes('serving initial configuration'));
  return program;
};

function statusAt(socketPath: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject).end();
  });
}

const PATHS = ['/api', '/api?q=1', '/api/', '/api/x', '/api/x/?q=/api/y', '/api/api/x', '/apix'];
const PEERS = { haproxy: startHaproxy, nginx: startNginx, caddy: startCaddy } as const;
// nginx answers these with a redirect to "/api/", as the document says.
const REDIRECTED = ['/api', '/api?q=1'];

for (const wanted of ['remove a prefix', 'replace a prefix']) {
  test(`HAProxy, nginx and Caddy ${wanted} as the translation does`, { skip }, async (t) => {
    const cells = cellsOf(wanted);
    const credentials = makeCredentials();
    const { authority, client } = credentials;
    const targets: string[] = [];
    const service = createServer((incoming, response) => {
      targets.push(incoming.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    t.teardown(() => {
      service.close();
      service.closeAllConnections();
    });
    const { port } = service.address() as AddressInfo;
    /** askedFor is what the service is asked for, by path; or the status without it. */
    const askedFor = async (ask: (path: string) => Promise<number>) => {
      const asked: (string | number | undefined)[] = [];
      for (const path of PATHS) {
        targets.length = 0;
        const status = await ask(path);
        asked.push(targets[0] ?? status);
      }
      return asked;
    };
    const usual = usualConfig(credentials, `http://127.0.0.1:${port}`);
    const [, route] = usual.routes as readonly object[];
    const config = { ...usual, routes: [{ ...route, ...cells.pinlatch }] };
    const gateway = await startGateway({ credentials, config: () => config });
    t.teardown(() => gateway.stop());
    const ours = await askedFor(
      async (path) => (await call({ port: gateway.port, authority, client, path })).status,
    );
    t.comment(JSON.stringify(ours));
    for (const [name, start] of Object.entries(PEERS)) {
      const folder = makeFolder();
      const socketPath = join(folder, 'http.sock');
      const program = await start(socketPath, folder, port, cells[name as keyof typeof PEERS]);
      t.teardown(() => program.stop());
      const theirs = await askedFor((path) => statusAt(socketPath, path));
      for (const [at, path] of PATHS.entries()) {
        const redirected = name === 'nginx' && REDIRECTED.includes(path);
        const expected = redirected ? 301 : path === '/apix' ? 403 : ours[at];
        t.equal(theirs[at], expected, `${name}: ${path}`);
      }
    }
  });
}
