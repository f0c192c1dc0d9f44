/**
 * Owns WebSockets through a gateway: an echo service behind it, and clients of it with a certificate, both of the package ws.
 */
import { createServer } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';
import type { Test } from 'tap';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { IssuedCertificate } from './certificates.js';
import type { TestGateway } from './gateway.js';
import { tlsOptionsOf } from './tls-options.js';

export interface EchoService {
  readonly url: string;
  readonly server: WebSocketServer;
  /** The header fields of every handshake. */
  readonly asked: readonly Readonly<Record<string, unknown>>[];
}

/** startEchoService answers every message with itself, on any path; it ends with the test. */
export async function startEchoService(t: Test): Promise<EchoService> {
  const http = createServer((_request, response) => response.end('plain'));
  const server = new WebSocketServer({ server: http, maxPayload: 64 * 2 ** 20 });
  const asked: Readonly<Record<string, unknown>>[] = [];
  server.on('connection', (socket, request) => {
    asked.push(request.headers);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('error', () => socket.terminate());
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of server.clients) socket.terminate();
    http.closeAllConnections();
    return new Promise<void>((resolve) => http.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, server, asked };
}

/** Ended is how a WebSocket ended on the client's side. */
export interface Ended {
  readonly code: number;
  readonly reason: string;
}

/** SocketClient is a connected WebSocket. */
export class SocketClient {
  /** Resolves when it is over, in whatever way. */
  readonly ended: Promise<Ended>;
  readonly #received: [data: Buffer, isBinary: boolean][] = [];
  #wanted: (() => void) | undefined;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: RawData, isBinary: boolean) => {
      this.#received.push([data as Buffer, isBinary]);
      this.#wanted?.();
    });
    // The end says what there is to say.
    socket.on('error', () => {});
    this.ended = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wanted?.();
      });
    });
  }

  /** next resolves with the next message; it rejects when there is none before the end. */
  async next(): Promise<readonly [data: Buffer, isBinary: boolean]> {
    while (this.#received.length === 0) {
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('it ended');
      await new Promise<void>((resolve) => {
        this.#wanted = resolve;
      });
    }
    return this.#received.shift() as [Buffer, boolean];
  }

  /** echo sends a text and resolves with what comes back. */
  async echo(text: string): Promise<string> {
    this.socket.send(text);
    return (await this.next())[0].toString();
  }
}

export interface SocketCall {
  readonly client?: IssuedCertificate;
  readonly version?: SecureVersion;
  readonly path?: string;
}

/** openSocket connects to a gateway; it rejects with the refusal's status or the error. */
export function openSocket(gateway: TestGateway, call: SocketCall = {}): Promise<SocketClient> {
  const { authority, client: usual } = gateway.credentials;
  const { client = usual, version, path = '/ws' } = call;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://localhost:${gateway.port}${path}`, {
      family: 4,
      ...tlsOptionsOf({ authority, client, ...(version === undefined ? {} : { version }) }),
      maxPayload: 64 * 2 ** 20,
    });
    const opened = new SocketClient(socket);
    socket.once('open', () => resolve(opened));
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`status ${response.statusCode}`));
      socket.terminate();
    });
  });
}

/** extendedConnect is the head of a request that opens a WebSocket over HTTP/2 (RFC 8441 section 4). */
export function extendedConnect(path: string, protocol = 'websocket'): OutgoingHttpHeaders {
  return {
    ':method': 'CONNECT',
    ':protocol': protocol,
    ':scheme': 'https',
    ':authority': 'localhost',
    ':path': path,
    'sec-websocket-version': '13',
  };
}

/**
 * textFrame is a whole text message in one frame (RFC 6455 section 5.2), shorter than 126 bytes, masked with zeros as a
 * client's must be.
 */
export function textFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
