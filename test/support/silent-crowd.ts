/**
 * Owns crowds of TCP connections that say nothing, or no more than a few bytes.
 */
import { connect, type Socket } from 'node:net';

export interface CrowdOptions {
  readonly port: number;
  readonly count: number;
  /** Whence each one comes, any of 127.0.0.0/8; left out: the usual address. */
  readonly from?: (index: number) => string;
  /** What each one says. */
  readonly saying?: string | Buffer;
}

/** SilentCrowd keeps its connections open until the gateway ends them, or a test does. */
export class SilentCrowd {
  readonly #open = new Set<Socket>();
  /** How many the gateway has reset, or ended. */
  ended = 0;

  /** connect resolves when the kernel has connected all of them. */
  static async connect({ port, count, from, saying }: CrowdOptions): Promise<SilentCrowd> {
    const crowd = new SilentCrowd();
    for (let index = 0; index < count; index += 1) {
      const localAddress = from?.(index);
      await crowd.#add(
        connect({
          host: '127.0.0.1',
          port,
          ...(localAddress === undefined ? {} : { localAddress }),
        }),
        saying,
      );
    }
    return crowd;
  }

  get open(): number {
    return this.#open.size;
  }

  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #add(socket: Socket, saying: string | Buffer | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        socket.on('error', () => socket.destroy());
        socket.resume();
        if (saying !== undefined) socket.write(saying);
        resolve();
      });
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.ended += 1;
      });
    });
  }
}
