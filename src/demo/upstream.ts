/**
 * Owns the service behind the demo: one resource, over plain HTTP on a loopback port.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DemoUpstream {
  readonly port: number;
  close(): void;
}

const answer: RequestListener = ({ method, url }, response) => {
  const found = method === 'GET' && url === '/api/customer';
  const body = JSON.stringify(found ? { name: 'John Doe', id: '123' } : { error: 'not found' });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  response.writeHead(found ? 200 : 404, headers).end(body);
};

/** startUpstream listens on a free port. */
export function startUpstream(): Promise<DemoUpstream> {
  const server = createServer(answer);
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const close = (): void => {
        server.close();
        server.closeAllConnections();
      };
      resolve({ port, close });
    });
  });
}
