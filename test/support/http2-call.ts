/**
 * Owns the HTTP/2 of the usual client: one request on a connection of its own, with the same call and reply as over HTTP/1.1.
 */
import { connect, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import type { Call, Reply } from './client.js';
import { OF_HTTP1 } from './http2-request-client.js';
import { tlsOptionsOf } from './tls-options.js';

function headersOf({ method = 'GET', path = '/', headers = {}, port }: Call): OutgoingHttpHeaders {
  const fields = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !OF_HTTP1.has(name));
  const { host = `127.0.0.1:${port}`, ...rest } = Object.fromEntries(fields);
  return {
    ...(rest as OutgoingHttpHeaders),
    [constants.HTTP2_HEADER_METHOD]: method,
    [constants.HTTP2_HEADER_PATH]: path,
    [constants.HTTP2_HEADER_SCHEME]: 'https',
    [constants.HTTP2_HEADER_AUTHORITY]: host as string,
  };
}

function replyOf(headers: IncomingHttpHeaders, chunks: readonly Buffer[]): Reply {
  const { [constants.HTTP2_HEADER_STATUS]: status, ...rest } = headers;
  const bytes = Buffer.concat(chunks);
  return { status: Number(status), headers: rest, body: bytes.toString(), bytes };
}

/** callOverHttp2 is `call` over HTTP/2, which the gateway must agree to. */
export function callOverHttp2(what: Call): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const connection = connect(`https://127.0.0.1:${what.port}`, {
      ...tlsOptionsOf(what),
      ALPNProtocols: ['h2'],
    });
    // A stream that goes down with its connection has that error as its cause.
    const fail = (error: Error): void => {
      connection.destroy();
      reject(error.cause ?? error);
    };
    connection.on('error', fail);
    const stream = connection.request(headersOf(what), { endStream: what.body === undefined });
    const chunks: Buffer[] = [];
    let head: IncomingHttpHeaders = {};
    stream.on('response', (headers) => {
      head = headers;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', fail);
    // A connection that ends in an orderly way before the answer is no error to Node.
    stream.on('close', () => reject(new Error('closed without an answer')));
    stream.on('end', () => {
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) return; // the error event follows
      connection.close();
      resolve(replyOf(head, chunks));
    });
    if (what.body !== undefined) stream.end(what.body);
  });
}
