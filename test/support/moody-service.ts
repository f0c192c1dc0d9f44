/**
 * Owns a service behind a gateway under test that can be slow in every way: silent, flooding, or prompt.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

const FLOOD = Buffer.alloc(64 * 1024, 'x');

/**
 * MoodyService never answers /api/silence, never ends its answer to /api/flood, answers 204 to /api/drip… when the body
 * has come to its "!", and answers everything else at once.
 */
export class MoodyService {
  readonly #open = new Set<Socket>();
  readonly #server: Server = createServer((socket) => this.#serve(socket));
  /** Requests whose head has arrived. */
  heads = 0;

  static start(): Promise<MoodyService> {
    const service = new MoodyService();
    return new Promise((resolve) => service.#server.listen(0, '127.0.0.1', () => resolve(service)));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  /** Connections that the gateway has open. */
  get open(): number {
    return this.#open.size;
  }
  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #serve(socket: Socket): void {
    let awaitsMark = false;
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (/^[A-Z]+ \//.test(text)) {
        this.heads += 1;
        if (text.includes(' /api/silence')) return;
        if (text.includes(' /api/flood')) return flood(socket);
        awaitsMark = text.includes(' /api/drip');
        if (!awaitsMark) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
      if (awaitsMark && text.endsWith('!')) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    });
  }
}

function flood(socket: Socket): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(FLOOD));
  };
  socket.on('drain', more);
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${2 ** 40}\r\n\r\n`);
  more();
}
