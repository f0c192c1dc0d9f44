/**
 * Owns that the admin server can be reached for as long as the gateway lives: it opens the socket, and opens it again when the
 * file was removed, or when what kept it from opening may be gone.
 */
import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../gateway-error.js';
import type { RunningGateway } from '../reload/running-gateway.js';
import { FileWatcher } from '../sources/watch.js';
import { AdminServer } from './admin-server.js';

/** DoorTeller is who tells operators. */
export interface DoorTeller {
  listening(socket: string): void;
  /** failed is told a reason once, until the socket is open. */
  failed(reason: string): void;
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // its folder is a file now, or may not be entered any more
  }
}

export class AdminDoor {
  readonly #path: string;
  readonly #gateway: RunningGateway;
  readonly #teller: DoorTeller;
  readonly #watcher: FileWatcher;
  #server: AdminServer | undefined;
  #told = '';
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  /** open answers at `path`, now or as soon as that is possible. */
  static async open(path: string, gateway: RunningGateway, teller: DoorTeller): Promise<AdminDoor> {
    const door = new AdminDoor(path, gateway, teller);
    await door.#look();
    return door;
  }

  private constructor(path: string, gateway: RunningGateway, teller: DoorTeller) {
    this.#path = path;
    this.#gateway = gateway;
    this.#teller = teller;
    this.#watcher = new FileWatcher({
      onChange: () => {
        this.#looking = this.#looking.then(() => this.#look());
      },
      // The watcher of the configuration meets the same limit, and tells of it.
      onFailed: () => undefined,
    });
  }

  /** close takes no more questions, lets those that were asked be answered, and removes the socket. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watcher.close();
    await this.#looking;
    await this.#server?.close();
  }

  async #look(): Promise<void> {
    if (this.#closed) return;
    if (this.#isShut()) await this.#open();
    await this.#watcher.follow([resolve(this.#path)]);
  }

  // A file that somebody else put there is somebody else's: to close the server would remove it.
  #isShut(): boolean {
    return this.#server === undefined || !isThere(this.#path);
  }

  async #open(): Promise<void> {
    // First, because this removes the file of that name.
    void this.#server?.close();
    this.#server = undefined;
    try {
      this.#server = await AdminServer.listen(this.#path, this.#gateway);
      this.#told = '';
      this.#teller.listening(this.#path);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (error.message !== this.#told) this.#teller.failed(error.message);
      this.#told = error.message;
    }
  }
}
