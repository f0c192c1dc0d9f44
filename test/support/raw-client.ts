/**
 * Owns a TLS client that sends bytes as they are, and reads responses (RFC 9112) off the same connection one by one. For what
 * node:https would not send: broken requests, half of one, several at once.
 */
import { connect, type TLSSocket } from 'node:tls';
import { type TlsCall, tlsOptionsOf } from './tls-options.js';

export interface RawCall extends TlsCall {
  readonly port: number;
  /** An address of this machine, any of 127.0.0.0/8; see addressOf. */
  readonly localAddress?: string;
}

/** addressOf gives each of many connections a loopback address of its own: ports are used again, and logs then mix them up. */
export function addressOf(index: number): string {
  return `127.1.${1 + Math.floor(index / 200)}.${1 + (index % 200)}`;
}

/** RawResponse is one response; `fields` has names and values as they were sent. */
export interface RawResponse {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** header returns the value of the only field of that name; undefined when there is none, an error when there are two. */
  header(name: string): string | undefined;
}

interface Head {
  readonly status: number;
  readonly fields: RawResponse['fields'];
  readonly length: number;
}

const BODY_NEVER = new Set([204, 304]);

function parseHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = /^HTTP\/1\.1 ([1-9][0-9]{2}) /.exec(first)?.[1];
  if (status === undefined) throw new Error(`not a status line: ${JSON.stringify(first)}`);
  const fields = lines.map((line) => {
    const [, name = '', value = ''] = /^([^:\s]+): ?(.*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`not a field line: ${JSON.stringify(line)}`);
    return [name, value] as const;
  });
  return { status: Number(status), fields, length: end + 4 };
}

/** lookUp returns the value of the only field of that name; undefined when there is none, an error when there are two. */
export function lookUp(fields: RawResponse['fields'], name: string): string | undefined {
  const values = fields.filter(([other]) => other.toLowerCase() === name.toLowerCase());
  if (values.length > 1) throw new Error(`${name} is there ${values.length} times`);
  return values[0]?.[1];
}

/** decodeChunks returns the payload and how many bytes it took, or undefined when it is not complete. */
function decodeChunks(bytes: Buffer): { payload: Buffer; length: number } | undefined {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const line = bytes.toString('latin1', at, end);
    if (!/^[0-9a-fA-F]+$/.test(line)) throw new Error(`not a chunk size: ${JSON.stringify(line)}`);
    const size = Number.parseInt(line, 16);
    const next = end + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (bytes.toString('latin1', next - 2, next) !== '\r\n') throw new Error('a chunk has no end');
    if (size === 0) return { payload: Buffer.concat(pieces), length: next };
    pieces.push(bytes.subarray(end + 2, end + 2 + size));
    at = next;
  }
}

/** RawClient is one connection. */
export class RawClient {
  /** Everything that has not been read as a response yet. */
  #rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #ended = false;
  #failure: Error | undefined;
  #check: () => void = () => {};
  /** Resolves when the connection is over: in an orderly way, or with a reset. */
  readonly closed: Promise<'ended' | 'broken'>;
  /** Resolves when the first response has begun to arrive. */
  readonly answering: Promise<void>;

  private constructor(
    readonly socket: TLSSocket,
    /** What the gateway's log calls this client. */
    readonly remote: string,
    private readonly tickets: readonly Buffer[],
  ) {
    this.answering = new Promise((resolve) => void socket.once('data', () => resolve()));
    socket.on('data', (chunk: Buffer) => {
      this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
      this.#check();
    });
    socket.on('error', (error) => {
      this.#failure = error;
    });
    socket.on('end', () => {
      this.#ended = true;
      this.#check();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve(this.#ended && this.#failure === undefined ? 'ended' : 'broken');
        this.#ended = true;
        this.#check();
      });
    });
  }

  /** connect resolves when the handshake is over on this side. */
  static connect(what: RawCall): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const { port, localAddress } = what;
      const from = localAddress === undefined ? {} : { localAddress };
      const socket = connect({ host: '127.0.0.1', port, ...from, ...tlsOptionsOf(what) });
      const tickets: Buffer[] = [];
      socket.on('session', (ticket: Buffer) => tickets.push(ticket));
      socket.setNoDelay(true);
      socket.once('error', reject);
      socket.once('secureConnect', () => {
        socket.off('error', reject);
        const remote = `${socket.localAddress}:${socket.localPort}`;
        resolve(new RawClient(socket, remote, tickets));
      });
    });
  }

  /** resumed says that the session was one to come back by. */
  get resumed(): boolean {
    return this.socket.isSessionReused();
  }

  /**
   * ticket resolves with a session to come back by: in TLS 1.3 it comes after the handshake. It rejects when the connection
   * ends without one, as that of a refused client does.
   */
  async ticket(): Promise<Buffer> {
    const later = new Promise<void>((resolve) => this.socket.once('session', () => resolve()));
    if (this.tickets.length === 0) await Promise.race([later, this.closed]);
    const ticket = this.tickets.at(-1);
    if (ticket === undefined) throw this.#failure ?? new Error('no ticket came');
    return ticket;
  }

  /** send resolves when the bytes have left this process. */
  send(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
      this.socket.write(data, () => resolve());
    });
  }

  /** end says that nothing more will be sent (close_notify); responses can still be read. */
  end(): void {
    this.socket.end();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** received is what came and was not taken by readResponse. */
  get received(): Buffer {
    return this.#rest;
  }

  /** readToEnd resolves when the other side has ended, and returns everything that was not read before. */
  async readToEnd(): Promise<Buffer> {
    await this.closed;
    return this.#rest;
  }

  /** readResponse takes the next response off the connection; `toHead` says that the request was HEAD. */
  readResponse({ toHead = false }: { readonly toHead?: boolean } = {}): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        try {
          const response = this.#take(toHead);
          if (response === undefined && !this.#ended) return;
          this.#check = () => {};
          if (response !== undefined) resolve(response);
          else
            reject(new Error(`no response: ${this.#failure?.message ?? 'the connection ended'}`));
        } catch (error) {
          reject(error);
        }
      };
      this.#check = check;
      check();
    });
  }

  #take(toHead: boolean): RawResponse | undefined {
    const head = parseHead(this.#rest);
    if (head === undefined) return undefined;
    const body = this.#takeBody(head, toHead);
    if (body === undefined) return undefined;
    this.#rest = this.#rest.subarray(head.length + body.length);
    const { status, fields } = head;
    return { status, fields, body: body.payload, header: (name) => lookUp(fields, name) };
  }

  #takeBody(head: Head, toHead: boolean): { payload: Buffer; length: number } | undefined {
    const bytes = this.#rest.subarray(head.length);
    const none = { payload: Buffer.alloc(0), length: 0 };
    if (toHead || head.status < 200 || BODY_NEVER.has(head.status)) return none;
    if (lookUp(head.fields, 'transfer-encoding') === 'chunked') return decodeChunks(bytes);
    const stated = lookUp(head.fields, 'content-length');
    if (stated === undefined) {
      return this.#ended ? { payload: bytes, length: bytes.length } : undefined;
    }
    const length = Number(stated);
    return bytes.length < length ? undefined : { payload: bytes.subarray(0, length), length };
  }
}
