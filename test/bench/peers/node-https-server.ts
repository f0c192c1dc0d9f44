/**
 * Owns the node:https peer's process: what one writes with node:https and http.request when there is no gateway.
 * usage: node-https-server.js SETUP, a JSON text as in NodeHttpsSetup.
 */
import { constants } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { BODIES_PREFIX, PROXIED_PATH, STATIC_BODY, STATIC_PATH } from './peer.js';

export interface NodeHttpsSetup {
  readonly port: number;
  readonly upstreamPort: number;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly resumption: boolean;
}

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const setup: NodeHttpsSetup = JSON.parse(process.argv[2] ?? '');
const agent = new Agent({ keepAlive: true, maxFreeSockets: 1024 });

function endToEnd(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function isProxied(path: string): boolean {
  return path === PROXIED_PATH || path.startsWith(BODIES_PREFIX);
}

function answer(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(STATIC_BODY),
  });
  response.end(STATIC_BODY);
}

function proxy(incoming: IncomingMessage, response: ServerResponse): void {
  const options = {
    agent,
    host: '127.0.0.1',
    port: setup.upstreamPort,
    method: incoming.method,
    path: incoming.url,
    headers: endToEnd(incoming.headers),
  };
  const outgoing = request(options, (answered) => {
    response.writeHead(answered.statusCode ?? 502, endToEnd(answered.headers));
    answered.pipe(response);
  });
  outgoing.on('error', () => {
    if (!response.headersSent) {
      response.writeHead(502);
    }
    response.end();
  });
  incoming.pipe(outgoing);
}

const server = createServer(
  {
    key: readFileSync(setup.key),
    cert: readFileSync(setup.certificate),
    ca: readFileSync(setup.ca),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    secureOptions: setup.resumption ? 0 : constants.SSL_OP_NO_TICKET,
    keepAliveTimeout: 600_000,
  },
  (incoming, response) => {
    if (incoming.url === STATIC_PATH) {
      answer(response);
    } else if (isProxied(incoming.url ?? '')) {
      proxy(incoming, response);
    } else {
      response.writeHead(404).end();
    }
  },
);
server.listen({ port: setup.port, host: '127.0.0.1', backlog: 4096 });
process.on('SIGTERM', () => process.exit(0));
