/**
 * Owns the client's end of a TCP connection through a gateway: bytes over TLS, each way ended on its own.
 */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { IssuedCertificate } from './certificates.js';
import { tlsOptionsOf } from './tls-options.js';

export interface TunnelOptions {
  readonly port: number;
  readonly authority: IssuedCertificate;
  readonly client?: IssuedCertificate;
  readonly servername?: string;
  readonly version?: 'TLSv1.2' | 'TLSv1.3';
  readonly alpn?: readonly string[];
  readonly localAddress?: string;
  /** What is said before TLS. */
  readonly preamble?: (socket: Socket) => Promise<void>;
}

/** Tunnel collects what comes. */
export class Tunnel {
  #received: Buffer[] = [];
  #check = new Set<() => void>();
  #failure: Error | undefined;
  #over = false;
  ended = false;
  /** Resolves when the connection is over: in an orderly way, or broken (reset, alert). */
  readonly closed: Promise<'ended' | 'broken'>;

  private constructor(
    readonly socket: TLSSocket,
    private readonly under: Socket,
  ) {
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#notify();
    });
    socket.on('error', (error) => {
      this.#failure = error;
      socket.destroy(); // half open, it would wait for an end of its own
    });
    socket.on('end', () => {
      this.ended = true;
      this.#notify();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#over = true;
        this.#notify();
        resolve(this.ended && this.#failure === undefined ? 'ended' : 'broken');
      });
    });
  }

  /** open resolves when the handshake is over. Error: a handshake that failed. */
  static async open(options: TunnelOptions): Promise<Tunnel> {
    const { port, preamble, localAddress } = options;
    const under = connectTcp({
      port,
      host: '127.0.0.1',
      allowHalfOpen: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    await once(under, 'connect');
    if (preamble !== undefined) await preamble(under);
    const socket = connect(tlsOptions(options, under));
    // Listening at once: what follows the handshake may come with its last bytes.
    const tunnel = new Tunnel(socket, under);
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('close', () => {
        reject(tunnel.failure ?? new Error('closed during the handshake'));
      });
    });
    return tunnel;
  }

  get localPort(): number | undefined {
    return this.under.localPort;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  received(): Buffer {
    return Buffer.concat(this.#received);
  }

  write(bytes: Buffer | string): void {
    this.socket.write(bytes);
  }

  /** end ends this side alone: close_notify and FIN. */
  end(): void {
    this.socket.end();
  }

  /** endBelow ends the connection below TLS, without a word in TLS. */
  endBelow(): void {
    this.under.end();
  }

  /** until resolves when what was received fits. Error: the connection ended before. */
  until(fits: (received: Buffer) => boolean): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const received = this.received();
        if (fits(received)) resolve(received);
        else if (this.#over || this.ended)
          reject(new Error(`it ended after ${received.length} bytes`));
        else return;
        this.#check.delete(check);
      };
      this.#check.add(check);
      check();
    });
  }

  /** untilEnd resolves with everything, once the other side has ended. Error: the connection broke. */
  async untilEnd(): Promise<Buffer> {
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (this.ended) resolve();
        else if (this.#over) reject(this.#failure ?? new Error('it broke'));
        else return;
        this.#check.delete(check);
      };
      this.#check.add(check);
      check();
    });
    return this.received();
  }

  destroy(): void {
    this.socket.destroy();
  }

  #notify(): void {
    for (const check of [...this.#check]) check();
  }
}

/** saying writes bytes before TLS. */
export const saying =
  (bytes: Buffer | string) =>
  async (socket: Socket): Promise<void> =>
    void socket.write(bytes);

function tlsOptions(options: TunnelOptions, socket: Socket): ConnectionOptions {
  const { alpn } = options;
  return {
    ...tlsOptionsOf(options),
    socket,
    // The server's certificate is for localhost, whatever name is asked for.
    checkServerIdentity: () => undefined,
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
  };
}
