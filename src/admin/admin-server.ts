/**
 * Owns the admin server: HTTP on a unix socket, so that curl can ask it too. Who may connect is decided by the file's mode.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf } from '../gateway-error.js';
import { ownVersion } from '../own-package.js';
import { jsonText, literal } from '../parsed.js';
import type { RunningGateway } from '../reload/running-gateway.js';
import type { Answering } from './admin-answering.js';
import { commandsOf } from './admin-commands.js';
import { productOf, type Refused, type Reply, refused } from './admin-protocol.js';
import { listenForOwner } from './admin-socket.js';
import { viewsOf } from './admin-views.js';

const END_MS = 2000;
const NO_TUNNEL =
  'HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, POST\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** Offered is what can be asked, by its path, and the version that the answers name. */
interface Offered {
  readonly verbs: ReadonlyMap<string, Answering>;
  readonly version: string;
}

function offer(verbs: readonly Answering[]): Offered {
  return {
    verbs: new Map(verbs.map((verb) => [verb.path, verb])),
    version: ownVersion().version,
  };
}

// The commands of another version may ask for what there is no more, or not yet.
function unknown(path: string, { verbs, version }: Offered): Refused {
  const known = [...verbs.values()].map((verb) => `${verb.method} ${verb.path}`).join(', ');
  const error =
    `there is no ${literal(path)}: there are ${known}. If a command of pinlatch asked for it, the command and this ` +
    `gateway (pinlatch ${version}) are of different versions: restart the gateway, or use the command that it was ` +
    'started with';
  return refused(404, error);
}

// Parameters are in the query; of a body nothing is kept.
async function hasBody(request: IncomingMessage): Promise<boolean> {
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) size += chunk.length;
  return size > 0;
}

// Not by the URL class: a target may be anything, such as "//" or "*", and no question may throw.
function readTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', ...rest] = target.split('?');
  return { path, query: new URLSearchParams(rest.join('?')) };
}

async function replyTo(offered: Offered, request: IncomingMessage): Promise<Reply<unknown>> {
  const { path, query } = readTarget(request.url ?? '');
  const verb = offered.verbs.get(path);
  if (verb === undefined) return unknown(path, offered);
  const { method } = verb;
  if (method !== request.method) {
    return { ...refused(405, `${path} accepts ${method} only`), allow: method };
  }
  if (await hasBody(request)) return refused(400, `${path} accepts no body`);
  return verb.reply(query);
}

function write(response: ServerResponse, version: string, reply: Reply<unknown>): void {
  const text = `${jsonText(reply.body, 2)}\n`;
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    server: productOf(version),
    ...('allow' in reply ? { allow: reply.allow } : {}),
  });
  response.end(text);
}

async function answer(
  offered: Offered,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    write(response, offered.version, await replyTo(offered, request));
  } catch (error) {
    // An answer that cannot be written as JSON is a bug of a verb's; whoever asked is told, and the gateway serves on.
    if (response.headersSent) response.destroy();
    else write(response, offered.version, refused(500, messageOf(error)));
  }
}

export class AdminServer {
  readonly #server: Server;

  /** listen answers at `path`. Error: GatewayError admin-socket-unusable. */
  static async listen(path: string, gateway: RunningGateway): Promise<AdminServer> {
    const offered = offer([...viewsOf(gateway), ...commandsOf(gateway)]);
    const server = createServer((request, response) => void answer(offered, request, response));
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
