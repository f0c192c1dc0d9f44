/**
 * Owns a client of a gateway under test: one HTTPS request, with or without a certificate. PINLATCH_TEST_HTTP=2 has it made
 * over HTTP/2 (npm run test:h2).
 */
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { isHttp2 } from './http-connection.js';
import { callOverHttp2 } from './http2-call.js';
import { type TlsCall, tlsOptionsOf } from './tls-options.js';

export interface Call extends TlsCall {
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as it came. */
  readonly bytes: Buffer;
}

/** call makes one request on a connection of its own. It rejects with the TLS or socket error when there is no answer. */
export function call(what: Call): Promise<Reply> {
  return isHttp2() ? callOverHttp2(what) : callOverHttp1(what);
}

/** callOverHttp1 is `call` over HTTP/1.1. */
export function callOverHttp1(what: Call): Promise<Reply> {
  const { port, method = 'GET', path = '/', headers = {}, body } = what;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      agent: false,
      port,
      method,
      path,
      headers: headers as Record<string, string>,
      ...tlsOptionsOf(what),
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers: received } = response;
        const bytes = Buffer.concat(chunks);
        resolve({ status: statusCode, headers: received, body: bytes.toString(), bytes });
      });
    });
    outgoing.end(body);
  });
}
