/**
 * Owns a client that carries over HTTP/2 the requests that a test wrote as HTTP/1.1: each on a stream of its own, all on one
 * connection, the responses in the order of the requests.
 */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { Http1Requests, type RequestHead } from './http1-request.js';
import { responseOf } from './http2-response.js';
import { lookUp, type RawCall, type RawResponse } from './raw-client.js';
import { tlsOptionsOf } from './tls-options.js';

/** OF_HTTP1 says of a connection in HTTP/1.1 what has no place in HTTP/2 (RFC 9113 section 8.2.2). */
export const OF_HTTP1: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

type Fields = RequestHead['fields'];

function gathered(fields: Fields): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    if (OF_HTTP1.has(lower) || lower === 'host') continue;
    all[lower] = [...(all[lower] ?? []), value];
  }
  return all;
}

// Node takes a list of values only for fields that may be repeated.
function headersOf({ method, target, fields }: RequestHead): OutgoingHttpHeaders {
  const host = fields.find(([name]) => name.toLowerCase() === 'host')?.[1];
  const plain = Object.entries(gathered(fields)).map(
    ([name, values]) => [name, values.length === 1 ? (values[0] as string) : values] as const,
  );
  return {
    [constants.HTTP2_HEADER_METHOD]: method,
    [constants.HTTP2_HEADER_PATH]: target,
    [constants.HTTP2_HEADER_SCHEME]: 'https',
    ...(host === undefined ? {} : { [constants.HTTP2_HEADER_AUTHORITY]: host }),
    ...Object.fromEntries(plain),
  };
}

async function responseTo(stream: ClientHttp2Stream): Promise<RawResponse> {
  const { status, fields, bytes } = await responseOf(stream).catch(({ message }) => {
    throw new Error(`no response: ${message}`);
  });
  return { status, fields, body: bytes, header: (name) => lookUp(fields, name) };
}

// The stream may be over before they leave.
function sent(stream: ClientHttp2Stream, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', resolve);
    stream.write(bytes, () => {
      stream.off('close', resolve);
      resolve();
    });
  });
}

/** Http2Client is one connection. */
export class Http2Client {
  readonly closed: Promise<'ended' | 'broken'>;
  readonly answering: Promise<void>;
  readonly remote: string;
  readonly #session: ClientHttp2Session;
  readonly #requests = new Http1Requests();
  readonly #responses: Promise<RawResponse>[] = [];
  readonly #streams = new Set<ClientHttp2Stream>();
  #isPaused = false;
  #answers: () => void = () => {};
  /** Of the request that is being sent. */
  #stream: ClientHttp2Stream | undefined;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
    this.remote = `${session.socket.localAddress}:${session.socket.localPort}`;
    this.answering = new Promise((resolve) => {
      this.#answers = resolve;
    });
    let failed = false;
    session.on('error', () => {
      failed = true;
    });
    session.on('goaway', (code) => {
      failed ||= code !== constants.NGHTTP2_NO_ERROR;
    });
    this.closed = new Promise((resolve) => {
      session.once('close', () => resolve(failed ? 'broken' : 'ended'));
    });
  }

  /** connect resolves when the handshake is over on this side. */
  static connect(what: RawCall): Promise<Http2Client> {
    return new Promise((resolve, reject) => {
      const { port, localAddress } = what;
      const connection = connect(`https://127.0.0.1:${port}`, {
        ...(localAddress === undefined ? {} : { localAddress }),
        ...tlsOptionsOf(what),
        ALPNProtocols: ['h2'],
      });
      connection.once('error', reject);
      connection.once('connect', () => {
        connection.off('error', reject);
        resolve(new Http2Client(connection));
      });
    });
  }

  async send(bytes: string | Uint8Array): Promise<void> {
    this.#requests.add(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    for (let piece = this.#requests.next(); piece !== undefined; piece = this.#requests.next()) {
      if (piece.kind === 'head') this.#begin(piece.head);
      else if (piece.kind === 'end') this.#finish(piece.trailers);
      else if (this.#stream !== undefined) await sent(this.#stream, piece.bytes);
    }
  }

  // That a response to HEAD has no body, HTTP/2 says itself.
  async readResponse(_options: { readonly toHead?: boolean } = {}): Promise<RawResponse> {
    const response = this.#responses.shift();
    if (response === undefined) throw new Error('there is a response for each request');
    return response;
  }

  end(): void {
    this.#session.close();
  }

  // What is not read stays in the stream's window (RFC 9113 section 5.2).
  pause(): void {
    this.#isPaused = true;
    for (const stream of this.#streams) stream.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const stream of this.#streams) stream.resume();
  }

  destroy(): void {
    this.#session.destroy();
  }

  #begin(head: RequestHead): void {
    const stream = this.#session.request(headersOf(head), {
      endStream: !head.hasBody,
      waitForTrailers: head.hasBody,
    });
    const response = responseTo(stream);
    response.catch(() => undefined); // for whoever reads it
    this.#responses.push(response);
    if (this.#isPaused) stream.pause();
    stream.once('response', this.#answers);
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    this.#stream = head.hasBody ? stream : undefined;
  }

  #finish(trailers: Fields): void {
    const stream = this.#stream;
    stream?.on('wantTrailers', () => stream.sendTrailers(gathered(trailers)));
    stream?.end();
    this.#stream = undefined;
  }
}
