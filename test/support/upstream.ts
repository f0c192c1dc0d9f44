/**
 * Owns the service behind a gateway under test: it remembers every request, byte for byte where that matters, and answers
 * as the test says.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import {
  type AddressInfo,
  createServer as createRawServer,
  type Server,
  type Socket,
} from 'node:net';
import { createSecureContext, type SecureVersion, TLSSocket } from 'node:tls';

import type { IssuedCertificate } from './certificates.js';

/** RecordedRequest is one request as node:http understood it. `rawHeaders` has names and values as they were sent. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface Upstream {
  readonly port: number;
  /** For "upstreams": "http://127.0.0.1:PORT". */
  readonly url: string;
  /** In the order in which their bodies ended. */
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

export type Answer = (
  request: RecordedRequest,
  response: ServerResponse,
  incoming: IncomingMessage,
) => void;

const answerOk: Answer = (_request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end('ok\n');
};

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = '', url = '', headers, rawHeaders } = incoming;
  return Object.freeze({ method, url, headers, rawHeaders, body: Buffer.concat(chunks) });
}

/** startUpstream listens on a free port; without `answer` every request gets 200 and "ok". */
export async function startUpstream(answer: Answer = answerOk): Promise<Upstream> {
  const requests: RecordedRequest[] = [];
  const server = createServer((incoming, response) => {
    record(incoming).then(
      (request) => {
        requests.push(request);
        answer(request, response, incoming);
      },
      () => response.destroy(), // the gateway went away in the middle of the body
    );
  });
  const port = await listen(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** RawUpstream sees bytes. */
export interface RawUpstream {
  readonly port: number;
  readonly url: string;
  /** Everything that was received, one buffer a connection, in the order of the connections. */
  received(): readonly Buffer[];
  close(): Promise<void>;
}

/** RawSecurity has a raw upstream speak TLS: bytes are then what is said within. */
export interface RawSecurity {
  readonly certificate?: IssuedCertificate;
  readonly version?: SecureVersion;
}

function listenerFor(
  { certificate, version }: RawSecurity,
  onConnection: (socket: Socket) => void,
): Server {
  if (certificate === undefined) return createRawServer(onConnection);
  const versions = version === undefined ? {} : { minVersion: version, maxVersion: version };
  const { pem: cert, keyPem: key } = certificate;
  const secureContext = createSecureContext({ cert, key, ...versions });
  return createRawServer((raw) => {
    const socket = new TLSSocket(raw, { isServer: true, secureContext });
    raw.on('error', () => socket.destroy());
    // A TLS socket cannot reset the connection that it is on.
    onConnection(Object.assign(socket, { resetAndDestroy: () => raw.resetAndDestroy() }));
  });
}

/** startRawUpstream listens on a free port; `onData` gets every piece as it comes, and may write to the socket. */
export async function startRawUpstream(
  onData: (socket: Socket, received: Buffer) => void,
  security: RawSecurity = {},
): Promise<RawUpstream> {
  const connections: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const server = listenerFor(security, (socket) => {
    const chunks: Buffer[] = [];
    connections.push(chunks);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      onData(socket, Buffer.concat(chunks));
    });
  });
  const port = await listen(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    received: () => connections.map((chunks) => Buffer.concat(chunks)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

interface Listening {
  once(event: 'error', listener: (error: Error) => void): unknown;
  listen(port: number, host: string, listener: () => void): unknown;
  address(): unknown;
}

function listen(server: Listening): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
