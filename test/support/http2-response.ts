/**
 * Owns the response on a stream of Node's HTTP/2 client: whole, or none. Node ends a stream's body also when the connection
 * goes down under it.
 */
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';

export interface Http2Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As they came, without pseudo-fields. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly bytes: Buffer;
}

function fieldsOf(raw: readonly string[]): Http2Response['fields'] {
  const pairs = raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : []));
  return pairs.filter(([name]) => !name.startsWith(':'));
}

// A response to HEAD has a length and no body.
function hasLength({ headers, bytes }: Http2Response, endedByHead: boolean): boolean {
  const length = headers['content-length'];
  return endedByHead || length === undefined || Number(length) === bytes.length;
}

/** responseOf resolves with what came on a stream, whole; it rejects when there is no response, or only a part of one. */
export function responseOf(stream: ClientHttp2Stream): Promise<Http2Response> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    let fields: Http2Response['fields'] = [];
    let endedByHead = false;
    const chunks: Buffer[] = [];
    // Node tells the fields as they came, too, but its types do not know of it.
    stream.on('response', (received: IncomingHttpHeaders, ...more: unknown[]) => {
      const { [constants.HTTP2_HEADER_STATUS]: code, ...rest } = received;
      status = Number(code);
      headers = rest;
      fields = fieldsOf(more[1] as readonly string[]);
      endedByHead = (Number(more[0]) & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      // A reset ends it, too; NO_ERROR only stops a body that still goes the other way (RFC 9113 section 8.1).
      if (status === 0 || stream.rstCode !== constants.NGHTTP2_NO_ERROR) return;
      const response = { status, headers, fields, bytes: Buffer.concat(chunks) };
      if (hasLength(response, endedByHead)) resolve(response);
    });
    // A stream that goes down with its connection has that error as its cause.
    stream.on('error', (error) => reject(error.cause ?? error));
    // A connection that ends in an orderly way before the answer is no error to Node.
    stream.on('close', () => reject(new Error('closed without an answer')));
  });
}
