/**
 * Owns a client of a gateway under test: one HTTPS request, with or without a certificate. PINLATCH_TEST_HTTP=2 has it made
 * over HTTP/2 (npm run test:h2).
 */
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import type { SecureVersion } from 'node:tls';
import type { IssuedCertificate } from './certificates.js';
import { callOverHttp2 } from './http2-call.js';

export interface Call {
  readonly port: number;
  /** What signed the server's certificate. */
  readonly authority: IssuedCertificate;
  /** Left out: no client certificate. */
  readonly client?: IssuedCertificate;
  readonly version?: SecureVersion;
  /** The TLS server name; left out: localhost. */
  readonly servername?: string;
  /** A session to come back by, of RawClient.ticket. */
  readonly session?: Buffer;
  /** In OpenSSL's notation; left out: Node's own choice. */
  readonly ciphers?: string;
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
  return process.env.PINLATCH_TEST_HTTP === '2' ? callOverHttp2(what) : callOverHttp1(what);
}

/** callOverHttp1 is `call` over HTTP/1.1. */
export function callOverHttp1({ client, version, ciphers, body, ...rest }: Call): Promise<Reply> {
  const { port, authority, method = 'GET', path = '/', headers = {} } = rest;
  const { servername = 'localhost', session } = rest;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      servername,
      agent: false,
      port,
      method,
      path,
      headers: headers as Record<string, string>,
      ca: authority.pem,
      ...(client === undefined ? {} : { cert: client.pem, key: client.keyPem }),
      ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
      ...(ciphers === undefined ? {} : { ciphers }),
      ...(session === undefined ? {} : { session }),
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
