/**
 * Owns a second opinion on HTTP/1.1: Node's own server, whose parser is llhttp in its strict mode.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** Understood is one request as llhttp took it. */
export interface Understood {
  readonly method: string;
  readonly url: string;
  /** X-Request-Id, where there is one. */
  readonly id: string | undefined;
  readonly body: Buffer;
}

export interface Oracle {
  readonly url: string;
  /** Every complete request, in the order in which their bodies ended. */
  readonly understood: readonly Understood[];
  /** What the parser said of bytes that it refused. */
  readonly refused: readonly string[];
  /** read sends bytes on a connection of their own and returns the complete requests that llhttp finds in them. */
  read(bytes: Buffer): Promise<readonly Understood[]>;
  close(): Promise<void>;
}

// The connection ended in the middle of a request: nothing that was parsed.
const CUT_SHORT: ReadonlySet<string | undefined> = new Set([
  'ECONNRESET',
  'EPIPE',
  'HPE_INVALID_EOF_STATE',
]);

async function understand(request: IncomingMessage): Promise<Understood> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method = '', url = '', headers } = request;
  return {
    method,
    url,
    id: headers['x-request-id'] as string | undefined,
    body: Buffer.concat(chunks),
  };
}

/** startOracle listens on a free port. */
export async function startOracle(): Promise<Oracle> {
  const understood: Understood[] = [];
  const refused: string[] = [];
  // In the order of their heads; a place stays empty until the body has ended.
  const byPort = new Map<number | undefined, (Understood | undefined)[]>();
  const server = createServer({ insecureHTTPParser: false }, (request, response) => {
    const siblings = byPort.get(request.socket.remotePort) ?? [];
    const place = siblings.push(undefined) - 1;
    understand(request).then(
      (what) => {
        understood.push(what);
        siblings[place] = what;
        response.end('ok');
      },
      () => response.destroy(),
    );
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!CUT_SHORT.has(error.code)) refused.push(`${error.code}: ${error.message}`);
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const read = (bytes: Buffer): Promise<readonly Understood[]> =>
    new Promise((resolve, reject) => {
      const socket: Socket = connect(port, '127.0.0.1', () => {
        const mine: (Understood | undefined)[] = [];
        const local = socket.localPort;
        byPort.set(local, mine);
        socket.end(bytes);
        socket.resume();
        socket.once('close', () => {
          byPort.delete(local);
          resolve(mine.filter((what) => what !== undefined));
        });
      });
      socket.once('error', reject);
    });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, understood, refused, read, close };
}
