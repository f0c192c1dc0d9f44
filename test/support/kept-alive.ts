/**
 * Owns a client that keeps one connection and sends request after request on it.
 */
import type { SecureVersion, TLSSocket } from 'node:tls';
import type { IssuedCertificate } from './certificates.js';
import { openTls, type Target, untilReceived } from './wire-client.js';

export interface KeptAlive {
  readonly tls: TLSSocket;
  /** get asks on this connection and resolves with the response as it came, which must have a body; it rejects when it closes. */
  get(path: string): Promise<string>;
  /** ended resolves when the gateway has said farewell (close_notify), with what came before that; it rejects on a reset. */
  ended(): Promise<string>;
}

/** keepAlive connects `client` to a gateway. */
export async function keepAlive(
  { port, credentials }: Target,
  client: IssuedCertificate,
  version: SecureVersion,
): Promise<KeptAlive> {
  const { tls } = await openTls({ port, credentials: { ...credentials, client } }, version);
  return {
    tls,
    get: (path) => {
      tls.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      const response = untilReceived(tls, '}');
      tls.resume();
      return response;
    },
    ended: () =>
      new Promise((resolve, reject) => {
        let received = '';
        tls.on('data', (chunk: Buffer) => {
          received += chunk.toString('latin1');
        });
        tls.once('error', reject);
        tls.once('end', () => {
          tls.end();
          resolve(received);
        });
        tls.resume();
      }),
  };
}
