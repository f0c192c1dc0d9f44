/**
 * Owns connections on which a test decides about every byte, and about the way in which they end.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls';
import type { Credentials } from './gateway.js';

/** Target is the gateway that is to be reached; a TestGateway is one. */
export interface Target {
  readonly port: number;
  readonly credentials: Credentials;
}

/** WireClient is a connection after its handshake. */
export interface WireClient {
  readonly tls: TLSSocket;
  /** What carries it. */
  readonly tcp: Socket;
}

/** openTcp connects and says nothing. Errors that come later end the connection, which is what they do anyway. */
export async function openTcp(port: number): Promise<Socket> {
  const socket = connectTcp({ host: '127.0.0.1', port, allowHalfOpen: true });
  await once(socket, 'connect');
  socket.on('error', () => socket.destroy());
  return socket;
}

/** openTls connects with the client certificate that the usual configuration pins. */
export async function openTls(
  { port, credentials }: Target,
  version: SecureVersion = 'TLSv1.3',
): Promise<WireClient> {
  const tcp = await openTcp(port);
  const tls = connectTls({
    socket: tcp,
    servername: 'localhost',
    ca: credentials.authority.pem,
    cert: credentials.client.pem,
    key: credentials.client.keyPem,
    minVersion: version,
    maxVersion: version,
  });
  await once(tls, 'secureConnect');
  tls.on('error', () => tls.destroy());
  return { tls, tcp };
}

/** clientHello returns the first bytes that a client sends. */
export function clientHello(version: SecureVersion): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        resolve(chunk);
        done();
      },
    });
    connectTls({
      socket: wire,
      servername: 'localhost',
      minVersion: version,
      maxVersion: version,
    }).on('error', () => undefined);
  });
}

interface Emitter {
  once(event: string, listener: (error: Error) => void): unknown;
  off(event: string, listener: (error: Error) => void): unknown;
}

// events.once would do, but for the error that comes without an event of its own: the end.
function once(emitter: Emitter, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error?: Error): void =>
      reject(error ?? new Error(`closed before it came to ${event}`));
    emitter.once('error', fail);
    emitter.once('close', fail);
    emitter.once(event, () => {
      emitter.off('error', fail);
      emitter.off('close', fail);
      resolve();
    });
  });
}

/** untilReceived resolves when what has come contains `text`; it leaves the connection paused. */
export function untilReceived(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const onData = (chunk: Buffer): void => {
      received += chunk.toString('latin1');
      if (!received.includes(text)) return;
      socket.off('data', onData);
      socket.off('close', onClose);
      socket.pause();
      resolve(received);
    };
    const onClose = (): void => reject(new Error(`closed after ${JSON.stringify(received)}`));
    socket.on('data', onData);
    socket.on('close', onClose);
  });
}

/** untilClosed reads to the end and resolves with everything that came. */
export function untilClosed(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    socket.once('end', () => socket.end());
    socket.once('close', () => resolve(received));
  });
}

/**
 * Ending is a way for a client to go: `reset` sends RST; `cut` closes the socket without a word; `half` sends FIN without
 * close_notify and stays to listen.
 */
export type Ending = 'reset' | 'cut' | 'half';
export const ENDINGS: readonly Ending[] = ['reset', 'cut', 'half'];

/** vanish ends a connection that way. */
export function vanish(tcp: Socket, ending: Ending): void {
  if (ending === 'reset') tcp.resetAndDestroy();
  else if (ending === 'cut') tcp.destroy();
  else tcp.end();
}
