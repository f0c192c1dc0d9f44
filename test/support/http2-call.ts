/**
 * Owns the HTTP/2 of the usual client: one request on a connection of its own, with the same call and reply as over HTTP/1.1.
 */
import { connect, constants, type OutgoingHttpHeaders } from 'node:http2';
import type { Call, Reply } from './client.js';
import { OF_HTTP1 } from './http2-request-client.js';
import { responseOf } from './http2-response.js';
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

/** callOverHttp2 is `call` over HTTP/2, which the gateway must agree to. */
export function callOverHttp2(what: Call): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const connection = connect(`https://127.0.0.1:${what.port}`, {
      ...tlsOptionsOf(what),
      ALPNProtocols: ['h2'],
    });
    const fail = (error: unknown): void => {
      connection.destroy();
      reject(error);
    };
    connection.on('error', fail);
    const stream = connection.request(headersOf(what), { endStream: what.body === undefined });
    responseOf(stream).then(({ status, headers, bytes }) => {
      connection.close();
      resolve({ status, headers, body: bytes.toString(), bytes });
    }, fail);
    if (what.body !== undefined) stream.end(what.body);
  });
}
