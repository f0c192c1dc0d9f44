/**
 * Owns a service that speaks HTTP/2 behind a gateway under test: over plain TCP with prior knowledge, or over TLS.
 */
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

import type { IssuedCertificate } from './certificates.js';

export interface Http2Upstream {
  readonly port: number;
  /** For "upstreams". */
  readonly url: string;
  /** How many connections came so far. */
  connections(): number;
  sessions(): readonly ServerHttp2Session[];
  close(): Promise<void>;
}

export type AnswerStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** startHttp2Upstream listens on a free port of 127.0.0.1; with a certificate over TLS. */
export async function startHttp2Upstream(
  answer: AnswerStream,
  {
    certificate,
    settings,
  }: { readonly certificate?: IssuedCertificate; readonly settings?: Settings } = {},
): Promise<Http2Upstream> {
  const more = settings === undefined ? {} : { settings };
  const server: Http2Server =
    certificate === undefined
      ? createServer(more)
      : createSecureServer({ ...more, cert: certificate.pem, key: certificate.keyPem });
  const sessions = new Set<ServerHttp2Session>();
  let connections = 0;
  server.on('session', (session) => {
    ++connections;
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy());
    answer(stream, headers);
  });
  server.on('sessionError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    connections: () => connections,
    sessions: () => [...sessions],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

/** bodyOf reads a request's body to its end. */
export async function bodyOf(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
