/**
 * Owns HTTP/2 frame by frame, for tests that break its rules (RFC 9113): a writer of any frame, and a connection that reads
 * what comes back. Header blocks are written without compression; of those received only well-known statuses are read.
 */
import type { TLSSocket } from 'node:tls';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import { tlsOptionsOf } from './tls-options.js';
import type { Target } from './wire-client.js';

export const TYPE = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const FLAG = { END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8, PRIORITY: 32 } as const;

export const CODE = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  SETTINGS_TIMEOUT: 4,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  CONNECT_ERROR: 10,
  ENHANCE_YOUR_CALM: 11,
} as const;

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** frame writes one frame, of whatever kind. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** settings writes a SETTINGS frame of [identifier, value] pairs. */
export function settings(...entries: readonly (readonly [number, number])[]): Buffer {
  const payload = entries.map(([identifier, value]) =>
    Buffer.concat([Buffer.from([identifier >> 8, identifier & 0xff]), uint32(value)]),
  );
  return frame(TYPE.SETTINGS, 0, 0, Buffer.concat(payload));
}

function hpackLength(length: number): Buffer {
  if (length < 127) return Buffer.from([length]);
  const bytes = [127];
  let rest = length - 127;
  for (; rest >= 128; rest >>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}

export type Fields = readonly (readonly [name: string, value: string])[];

/** block encodes fields as literals without indexing and without Huffman's code (RFC 7541 section 6.2.2). */
export function block(fields: Fields): Buffer {
  const text = (value: string): readonly Buffer[] => {
    const bytes = Buffer.from(value, 'latin1');
    return [hpackLength(bytes.length), bytes];
  };
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([0]), ...text(name), ...text(value)]),
  );
}

/** request is the fields of a GET of /hello, with others in place or behind. */
export function request(own: Readonly<Record<string, string>> = {}, more: Fields = []): Fields {
  const usual = {
    ':method': 'GET',
    ':scheme': 'https',
    ':path': '/hello',
    ':authority': 'localhost',
  };
  return [...Object.entries({ ...usual, ...own }), ...more];
}

/** headers writes one HEADERS frame, by default a whole request without a body. */
export function headers(
  stream: number,
  fields: Fields = request(),
  flags: number = FLAG.END_HEADERS | FLAG.END_STREAM,
): Buffer {
  return frame(TYPE.HEADERS, flags, stream, block(fields));
}

export const data = (
  stream: number,
  text: string | Buffer,
  flags: number = FLAG.END_STREAM,
): Buffer => frame(TYPE.DATA, flags, stream, Buffer.from(text));
export const ping = (flags = 0, payload: Buffer = Buffer.alloc(8, 'p')): Buffer =>
  frame(TYPE.PING, flags, 0, payload);
export const reset = (stream: number, code: number): Buffer =>
  frame(TYPE.RST_STREAM, 0, stream, uint32(code));
export const windowUpdate = (stream: number, increment: number): Buffer =>
  frame(TYPE.WINDOW_UPDATE, 0, stream, uint32(increment));

// The statuses of the static table (RFC 7541 appendix A), as one byte.
const STATUSES = new Map([
  [0x88, 200],
  [0x89, 204],
  [0x8a, 206],
  [0x8b, 304],
  [0x8c, 400],
  [0x8d, 404],
  [0x8e, 500],
]);

/** statusOf reads the status of a response head, 0 when it is none of the static table. */
export const statusOf = ({ payload }: Frame): number => STATUSES.get(payload[0] ?? 0) ?? 0;

/** FrameConnection is a connection after its handshake, on which nothing is sent by itself. */
export class FrameConnection {
  readonly tls: TLSSocket;
  readonly frames: Frame[] = [];
  #pending = Buffer.alloc(0);
  #closed = false;
  readonly #waiting = new Set<() => void>();

  private constructor(tls: TLSSocket) {
    this.tls = tls;
    tls.on('data', (chunk: Buffer) => this.#take(chunk));
    tls.on('error', () => undefined); // what follows is the close
    tls.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
    tls.on('end', () => tls.end());
  }

  /** connect shakes hands as the usual pinned client. */
  static connect({ port, credentials }: Target, version: SecureVersion = 'TLSv1.3') {
    const { authority, client } = credentials;
    return new Promise<FrameConnection>((resolve, reject) => {
      const tls = connectTls({
        host: '127.0.0.1',
        port,
        ...tlsOptionsOf({ authority, client, version }),
        ALPNProtocols: ['h2'],
      });
      tls.once('error', reject);
      tls.once('secureConnect', () => {
        tls.off('error', reject);
        resolve(new FrameConnection(tls));
      });
    });
  }

  /** open connects, exchanges settings and acknowledges the gateway's. */
  static async open(target: Target, version?: SecureVersion, own: Buffer = settings()) {
    const connection = await FrameConnection.connect(target, version);
    connection.send(PREFACE, own);
    await connection.find(({ type, flags }) => type === TYPE.SETTINGS && (flags & FLAG.ACK) !== 0);
    connection.send(frame(TYPE.SETTINGS, FLAG.ACK, 0));
    return connection;
  }

  send(...frames: readonly Uint8Array[]): void {
    if (!this.tls.destroyed && this.tls.writable) this.tls.write(Buffer.concat(frames));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** find resolves with the first frame that fits, now or later; undefined when the connection ends without one. */
  async find(fits: (frame: Frame) => boolean): Promise<Frame | undefined> {
    for (;;) {
      const found = this.frames.find(fits);
      if (found !== undefined || this.#closed) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** goaway resolves with the code of the GOAWAY that ends the connection; undefined when it ends without one. */
  async goaway(): Promise<number | undefined> {
    const found = await this.find(({ type }) => type === TYPE.GOAWAY);
    return found?.payload.readUInt32BE(4);
  }

  /** ended resolves when the connection is closed. */
  async ended(): Promise<void> {
    await this.find(() => false);
  }

  destroy(): void {
    this.tls.destroy();
  }

  #take(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 9) {
      const size = 9 + this.#pending.readUIntBE(0, 3);
      if (this.#pending.length < size) break;
      const whole = this.#pending.subarray(0, size);
      this.#pending = this.#pending.subarray(size);
      this.frames.push({
        type: whole.readUInt8(3),
        flags: whole.readUInt8(4),
        stream: whole.readUInt32BE(5) & 0x7fffffff,
        payload: whole.subarray(9),
      });
    }
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
