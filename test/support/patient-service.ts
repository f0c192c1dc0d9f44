/**
 * Owns services behind a gateway that hold what comes until a test lets it go: requests without an answer, and connections
 * on which TLS has not begun.
 */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Test } from 'tap';
import type { IssuedCertificate } from './certificates.js';

/** Held is a request that has begun at the service. */
export interface Held {
  readonly url: string;
  answer(): void;
  /** reset gives it up with its connection. */
  reset(): void;
}

export interface PatientService {
  readonly url: string;
  readonly held: readonly Held[];
  /** Resolves when this many requests have begun. */
  until(count: number): Promise<void>;
}

function heldOf(request: IncomingMessage, response: ServerResponse): Held {
  request.resume();
  response.on('error', () => response.destroy());
  return {
    url: request.url ?? '',
    answer: () => void response.end('answered\n'),
    reset: () => void request.socket.resetAndDestroy(),
  };
}

function upgradeOf(request: IncomingMessage, socket: Duplex): Held {
  socket.on('error', () => socket.destroy());
  const consent = ['HTTP/1.1 101 Switching Protocols', 'Connection: upgrade', 'Upgrade: echo'];
  return {
    url: request.url ?? '',
    answer: () => void socket.write(`${consent.join('\r\n')}\r\n\r\n`),
    reset: () => void socket.destroy(),
  };
}

function remember(server: Server) {
  const held: Held[] = [];
  server.on('request', (request, response) => held.push(heldOf(request, response)));
  server.on('upgrade', (request, socket) => held.push(upgradeOf(request, socket)));
  const until = async (count: number): Promise<void> => {
    while (held.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return { held, until };
}

interface Listening {
  listen(port: number, host: string, listener: () => void): unknown;
  address(): unknown;
  close(): unknown;
}

async function listen(t: Test, server: Listening, sockets: () => Iterable<Socket>) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets()) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function socketsOf(server: {
  on(event: 'connection', add: (socket: Socket) => void): unknown;
}): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  return sockets;
}

/** startPatientService takes requests, and upgrades to "echo", and answers none by itself. It ends with the test. */
export async function startPatientService(t: Test): Promise<PatientService> {
  const server = createHttpServer();
  const sockets = socketsOf(server);
  const port = await listen(t, server, () => sockets);
  return { url: `http://127.0.0.1:${port}`, ...remember(server) };
}

export interface SlowToShake extends PatientService {
  /** Connections that wait for their handshake. */
  waiting(): number;
  /** goOn has TLS begin on those that wait, and at once on those that come. */
  goOn(): void;
}

/** startSlowToShake is a PatientService behind TLS that takes connections and says nothing before it is told to. */
export async function startSlowToShake(t: Test, own: IssuedCertificate): Promise<SlowToShake> {
  const https = createHttpsServer({ cert: own.pem, key: own.keyPem });
  const waiting: Socket[] = [];
  let goes = false;
  const server = createRawServer({ pauseOnConnect: true }, (socket) => {
    if (goes) https.emit('connection', socket);
    else waiting.push(socket);
  });
  const sockets = socketsOf(server);
  const port = await listen(t, server, () => sockets);
  return {
    url: `https://127.0.0.1:${port}`,
    ...remember(https),
    waiting: () => waiting.length,
    goOn: () => {
      goes = true;
      for (const socket of waiting.splice(0)) https.emit('connection', socket);
    },
  };
}
