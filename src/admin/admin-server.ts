/**
 * Owns the admin server: HTTP on a unix socket, so that curl can ask it too. Who may connect is decided by the file's mode.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { GatewayError, messageOf } from '../gateway-error.js';
import { jsonText, literal } from '../parsed.js';
import type { RunningGateway } from '../reload/running-gateway.js';
import { listenForOwner } from './admin-socket.js';
import type { AdminAnswer } from './admin-verb.js';
import { ADMIN_VERBS } from './admin-verbs.js';

const PREFIX = '/v1/';
const LARGEST_BODY = 1024 * 1024;
const END_MS = 2000;
const NO_TUNNEL =
  'HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, POST\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

const refusal = (status: number, error: string): AdminAnswer => ({ status, body: { error } });

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new GatewayError('admin-refused', 'the body is too large');
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (cause) {
    throw new GatewayError('admin-refused', 'the body is not JSON', { cause });
  }
}

// Not by the URL class: a target may be anything, such as "//" or "*", and no question may throw.
function readTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', ...rest] = target.split('?');
  return { path, query: new URLSearchParams(rest.join('?')) };
}

async function answerTo(gateway: RunningGateway, request: IncomingMessage): Promise<AdminAnswer> {
  const { path, query } = readTarget(request.url ?? '');
  const verb = path.startsWith(PREFIX) ? ADMIN_VERBS.get(path.slice(PREFIX.length)) : undefined;
  if (verb === undefined) {
    const known = [...ADMIN_VERBS.keys()].map((name) => `${PREFIX}${name}`).join(', ');
    return refusal(404, `there is no ${literal(path)}: there are ${known}`);
  }
  if (verb.method !== request.method) return refusal(405, `${path} takes ${verb.method}`);
  try {
    return await verb.answer(gateway, { query, body: await readBody(request) });
  } catch (error) {
    if (error instanceof GatewayError) return refusal(400, error.message);
    return refusal(500, messageOf(error));
  }
}

function write(response: ServerResponse, { status, body }: AdminAnswer): void {
  const text = `${jsonText(body, 2)}\n`;
  const length = Buffer.byteLength(text);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length });
  response.end(text);
}

async function answer(
  gateway: RunningGateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    write(response, await answerTo(gateway, request));
  } catch (error) {
    // An answer that cannot be written as JSON is a bug of a verb's; whoever asked is told, and the gateway serves on.
    if (response.headersSent) response.destroy();
    else write(response, refusal(500, messageOf(error)));
  }
}

export class AdminServer {
  readonly #server: Server;

  /** listen answers at `path`. Error: GatewayError admin-socket-unusable. */
  static async listen(path: string, gateway: RunningGateway): Promise<AdminServer> {
    const server = createServer((request, response) => void answer(gateway, request, response));
    // Node closes the connection of a CONNECT that nobody takes, without a word.
    server.on('connect', (_request, socket) => socket.end(NO_TUNNEL));
    // A drain is answered when it is over.
    server.requestTimeout = 0;
    await listenForOwner(server, path);
    return new AdminServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
  }

  /** close takes no more questions, lets those that were asked be answered, and removes the socket. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const cut = setTimeout(() => this.#server.closeAllConnections(), END_MS);
      this.#server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      this.#server.closeIdleConnections();
    });
  }
}
