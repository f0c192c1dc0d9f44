/**
 * Owns a client that keeps one HTTP/2 connection and asks many things on it, and says what became of each.
 */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { SecureVersion } from 'node:tls';
import { tlsOptionsOf } from './tls-options.js';
import type { Target } from './wire-client.js';

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: string;
  /** Statuses of the 1xx heads that came before. */
  readonly interim: readonly number[];
  /** The code of the RST_STREAM that ended it, 0 when it ended well. */
  readonly code: number;
}

/** openHttp2 connects as the usual pinned client. Errors that come later end the connection, which is what they do anyway. */
export function openHttp2(
  { port, credentials }: Target,
  version: SecureVersion = 'TLSv1.3',
  settings: object = {},
): Promise<ClientHttp2Session> {
  const { authority, client } = credentials;
  return new Promise((resolve, reject) => {
    const session = connect(`https://127.0.0.1:${port}`, {
      ...tlsOptionsOf({ authority, client, version }),
      settings,
      maxSessionMemory: 1000, // MB: a test may queue a lot
    });
    session.once('error', reject);
    session.once('connect', () => {
      session.off('error', reject);
      session.on('error', () => session.destroy());
      resolve(session);
    });
  });
}

/** answerTo resolves when a stream is over, in whatever way. */
export function answerTo(stream: ClientHttp2Stream): Promise<Answered> {
  return new Promise((resolve) => {
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    const interim: number[] = [];
    const chunks: Buffer[] = [];
    stream.on('headers', (fields) => interim.push(Number(fields[constants.HTTP2_HEADER_STATUS])));
    stream.on('continue', () => interim.push(100));
    stream.on('response', (fields) => {
      headers = fields;
    });
    stream.on('trailers', (fields) => {
      trailers = fields;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', () => undefined); // the close tells its code
    stream.on('close', () => {
      const status = Number(headers[constants.HTTP2_HEADER_STATUS] ?? 0);
      const body = Buffer.concat(chunks).toString();
      resolve({ status, headers, trailers, body, interim, code: stream.rstCode ?? 0 });
    });
  });
}

/** ask makes one request of a session; a body is sent whole. */
export function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<Answered> {
  const usual = { ':authority': 'localhost', ':path': '/' };
  const stream = session.request({ ...usual, ...headers }, { endStream: body === undefined });
  const answer = answerTo(stream);
  if (body !== undefined) stream.end(body);
  return answer;
}
