/**
 * Owns services of bytes behind a gateway under test, and the PROXY headers that they are sent.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface TcpService {
  readonly port: number;
  /** For "endpoints": "tcp://127.0.0.1:PORT". */
  readonly url: string;
  /** How many connections were accepted so far. */
  accepted(): number;
  /** Connections that are open. */
  open(): number;
  close(): Promise<void>;
}

/** startTcpService listens on a free port. Sockets may be half open: a client's end does not end the answer. */
export async function startTcpService(serve: (socket: Socket) => void): Promise<TcpService> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return {
    port,
    url: `tcp://127.0.0.1:${port}`,
    accepted: () => accepted,
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** echo sends every byte back, and ends when the client has ended. */
export const echo = (socket: Socket): void => void socket.pipe(socket);

/** ProxyHeader is a version 2 header, taken apart; `fields` are by type. */
export interface ProxyHeader {
  readonly source: string;
  readonly destination: string;
  readonly fields: ReadonlyMap<number, Buffer>;
  /** What followed it. */
  readonly rest: Buffer;
}

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

function fieldsOf(list: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at < list.length; ) {
    const size = list.readUInt16BE(at + 1);
    fields.set(list.readUInt8(at), list.subarray(at + 3, at + 3 + size));
    at += 3 + size;
  }
  return fields;
}

/** readProxyHeader reads an IPv4 header of version 2. Error: what does not begin with one. */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (!bytes.subarray(0, 12).equals(SIGNATURE)) throw new Error('no PROXY header of version 2');
  if (bytes.readUInt16BE(12) !== 0x2111) throw new Error('not for a client over IPv4');
  const end = 16 + bytes.readUInt16BE(14);
  const ip = (at: number): string => [...bytes.subarray(at, at + 4)].join('.');
  return {
    source: `${ip(16)}:${bytes.readUInt16BE(24)}`,
    destination: `${ip(20)}:${bytes.readUInt16BE(26)}`,
    fields: fieldsOf(bytes.subarray(28, end)),
    rest: bytes.subarray(end),
  };
}

/** tlsFieldsOf takes the fields apart that stand inside of the SSL field (0x20). */
export function tlsFieldsOf({ fields }: ProxyHeader) {
  const tls = fields.get(0x20) ?? Buffer.alloc(5);
  return {
    client: tls.readUInt8(0),
    verify: tls.readUInt32BE(1),
    fields: fieldsOf(tls.subarray(5)),
  };
}
